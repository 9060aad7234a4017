/* library-statistics.c: what the library has, in numbers. */
#include <sys/stat.h>

#include "base/dirs.h"
#include "library/library-private.h"
#include "models/models.h"
#include "store/embeddings.h"
#include "store/statistics.h"

static void
photo_count_free (InkPhotoCount *count)
{
  g_free (count->name);
  g_free (count);
}

static void
space_count_free (InkSpaceCount *count)
{
  g_free (count->model);
  g_free (count);
}

void
ink_statistics_free (InkStatistics *statistics)
{
  if (!statistics)
    return;
  g_ptr_array_unref (statistics->types);
  g_ptr_array_unref (statistics->years);
  g_ptr_array_unref (statistics->spaces);
  g_free (statistics);
}

/* @stored: (element-type InkStoreCount) */
static void
fill_counts (GPtrArray *counts, const GPtrArray *stored)
{
  for (guint i = 0; i < stored->len; i++) {
    const InkStoreCount *from = stored->pdata[i];
    InkPhotoCount *count = g_new (InkPhotoCount, 1);

    *count = (InkPhotoCount){g_strdup (from->name), from->photos, from->bytes};
    g_ptr_array_add (counts, count);
  }
}

static char *
find_model_name (const GPtrArray *models, const char *sha256)
{
  for (guint i = 0; i < models->len; i++) {
    const InkModel *model = models->pdata[i];

    if (g_strcmp0 (model->sha256, sha256) == 0)
      return g_strdup (model->name);
  }
  return NULL;
}

static gboolean
fill_spaces (InkStore *reader, GPtrArray *counts, GError **error)
{
  g_autoptr (GArray) ids = ink_store_get_spaces (reader, error);
  g_autoptr (GPtrArray) models = ids ? ink_models_list (reader, error) : NULL;
  gint64 active = ink_library_get_active_space (reader);

  for (guint i = 0; models && i < ids->len; i++) {
    InkSpaceCount *count = g_new0 (InkSpaceCount, 1);
    InkSpace space;

    g_ptr_array_add (counts, count);
    if (!ink_store_get_space (reader, g_array_index (ids, gint64, i), &space, error))
      return FALSE;
    count->model = find_model_name (models, space.model);
    count->image_size = space.image_size;
    count->dims = space.dims;
    count->photos = (guint)MAX (ink_store_count_embeddings (reader, space.id, NULL), 0);
    count->searched = space.id == active;
  }
  return models != NULL;
}

static guint64
get_weight_bytes (void)
{
  g_autofree char *cache = ink_dirs_get_cache ();
  g_autofree char *folder = g_build_filename (cache, "weights", NULL);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  guint64 bytes = 0;

  for (const char *name; files && (name = g_dir_read_name (files));) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    struct stat facts;

    if (lstat (path, &facts) == 0)
      bytes += (guint64)facts.st_size;
  }
  return bytes;
}

InkStatistics *
ink_library_get_statistics (InkLibrary *library, GError **error)
{
  g_autoptr (InkStatistics) statistics = g_new0 (InkStatistics, 1);
  g_autoptr (InkStore) reader = NULL;
  g_autoptr (GPtrArray) types = NULL;
  g_autoptr (GPtrArray) years = NULL;

  statistics->types = g_ptr_array_new_with_free_func ((GDestroyNotify)photo_count_free);
  statistics->years = g_ptr_array_new_with_free_func ((GDestroyNotify)photo_count_free);
  statistics->spaces = g_ptr_array_new_with_free_func ((GDestroyNotify)space_count_free);
  statistics->weight_bytes = get_weight_bytes ();
  if (!ink_library_try_reader (library, &reader, error))
    return NULL;
  if (!reader)
    return g_steal_pointer (&statistics);
  types = ink_store_count_types (reader, error);
  years = types ? ink_store_count_years (reader, error) : NULL;
  if (!years || !fill_spaces (reader, statistics->spaces, error))
    return NULL;
  fill_counts (statistics->types, types);
  fill_counts (statistics->years, years);
  for (guint i = 0; i < types->len; i++)
    statistics->bytes += ((const InkStoreCount *)types->pdata[i])->bytes;
  return g_steal_pointer (&statistics);
}
