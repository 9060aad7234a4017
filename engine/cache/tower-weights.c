/* tower-weights.c: packs a tower's weights before its first use (tower-weights.h). */
#include "cache/tower-weights.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "cache/packed-file.h"
#include "clip.h"
#include "compute/panels.h"
#include "compute/product.h"

struct _ClipTowerWeights {
  const char *tower;
  GPtrArray *linears;
  ClipWeights *weights;
  pthread_mutex_t lock;
  char *folder, *model; /* nullable: no cache; under the lock */
  atomic_bool prepared; /* written under the lock */
  ClipMapping *mapping; /* nullable; as it is once prepared */
};

/* Layers that the file does not have, and those that are not multiplied by tiles, have nothing to
 * be packed. */
ClipTowerWeights *
clip_tower_weights_new (const char *tower, GPtrArray *linears, ClipWeights *weights)
{
  ClipTowerWeights *self = g_new0 (ClipTowerWeights, 1);
  self->tower = tower;
  self->weights = weights;
  self->linears = linears;
  for (guint i = linears->len; i-- > 0;) {
    const ClipLinear *linear = linears->pdata[i];
    if (!linear->weight || !clip_linear_has_tiles (linear))
      g_ptr_array_remove_index (linears, i);
  }
  pthread_mutex_init (&self->lock, NULL);
  return self;
}

void
clip_tower_weights_free (ClipTowerWeights *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->linears);
  g_clear_pointer (&self->mapping, clip_mapping_close);
  pthread_mutex_destroy (&self->lock);
  g_free (self->folder);
  g_free (self->model);
  g_free (self);
}

/* The digits become part of a file's name. */
static gboolean
is_sha256 (const char *text)
{
  gsize n = 0;
  while (g_ascii_isxdigit (text[n]))
    n++;
  return n == 64 && text[n] == 0;
}

void
clip_tower_weights_set_cache (ClipTowerWeights *self, const char *folder, const char *model)
{
  g_return_if_fail (is_sha256 (model));
  pthread_mutex_lock (&self->lock);
  g_free (self->folder);
  g_free (self->model);
  self->folder = g_strdup (folder);
  self->model = g_strdup (model);
  pthread_mutex_unlock (&self->lock);
}

/* ---- Preparing --------------------------------------------------------------------------- */

/* One file for each precision that the tower runs at, as its largest layers do. */
static const char *
name_precision (const ClipTowerWeights *self)
{
  ClipPrecision precision = CLIP_PRECISION_F32;
  for (guint i = 0; i < self->linears->len; i++) {
    const ClipLinear *linear = self->linears->pdata[i];
    precision = MAX (precision, linear->precision);
  }
  return clip_precision_to_string (precision);
}

/* The layer's own weights are needed again only where its file can't be used after all. */
static void
drop_pages (gpointer data, ClipLinear *linear)
{
  const ClipTowerWeights *self = data;
  clip_weights_drop (self->weights, linear->weight, clip_linear_weight_size (linear));
}

static void
use_cache (ClipTowerWeights *self, ClipPool *pool)
{
  const ClipPackedContents contents = {
      .model = self->model,
      .tower = self->tower,
      .linears = (ClipLinear *const *)self->linears->pdata,
      .n = self->linears->len,
      .packed = drop_pages,
      .data = self,
  };
  g_autofree char *name =
      g_strdup_printf ("%s-%s-%s", self->model, self->tower, name_precision (self));
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  self->mapping = clip_packed_file_open (path, &contents, pool, &error);
  if (self->mapping)
    return;
  g_debug ("Packed weights are made anew: %s", error->message);
  g_clear_error (&error);
  if (clip_packed_file_write (path, &contents, pool, &error)) {
    if (clip_weights_check (self->weights, &error))
      self->mapping = clip_packed_file_open (path, &contents, pool, &error);
    else
      unlink (path); /* made of a file that changes */
  }
  if (!self->mapping)
    g_debug ("Packed weights are kept in memory only: %s", error->message);
}

/* OpenBLAS, which could do without panels, does not end where it gets no memory for itself. */
static gboolean
prepare (ClipTowerWeights *self, ClipPool *pool, GError **error)
{
  if (self->folder && self->linears->len > 0 && !self->mapping)
    use_cache (self, pool);
  for (guint i = 0; i < self->linears->len; i++) {
    ClipLinear *linear = self->linears->pdata[i];
    if (!clip_linear_get_panels (pool, linear)) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY,
                   "Not enough memory for the weights of the model’s %s tower; close other "
                   "programs or choose a smaller model",
                   self->tower);
      return FALSE;
    }
    clip_linear_drop_weight (linear);
    linear->weight =
        clip_weights_release (self->weights, linear->weight, clip_linear_weight_size (linear));
  }
  return TRUE;
}

gboolean
clip_tower_weights_prepare (ClipTowerWeights *self, ClipPool *pool, GError **error)
{
  if (atomic_load (&self->prepared))
    return TRUE;
  pthread_mutex_lock (&self->lock);
  gboolean prepared = atomic_load (&self->prepared) || prepare (self, pool, error);
  atomic_store (&self->prepared, prepared);
  pthread_mutex_unlock (&self->lock);
  return prepared;
}

gboolean
clip_tower_weights_check (ClipTowerWeights *self, GError **error)
{
  return !self->mapping || clip_mapping_check (self->mapping, error);
}
