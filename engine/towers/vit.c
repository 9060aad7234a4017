/* vit.c: OpenCLIP's own vision transformer (tower.h): patches, a class token, positions,
 * transformer blocks, and the projection of the class token. */
#include "towers/tower.h"

#include <math.h>
#include <string.h>

#include "compute/kernels.h"
#include "towers/layers.h"
#include "towers/positions.h"
#include "towers/transformer.h"

typedef struct {
  ClipImageTower base;
  gsize dims, width, patch;
  gsize grid; /* patches a side; what is left of the picture beyond whole patches is not seen */
  const float *class_embedding;
  const float *positions; /* [1 + grid²][width] */
  float *own_positions;   /* nullable: what @positions points to where they had to be resized */
  ClipLinear conv1; /* of a patch's values in the order of its weights: channel, row, column */
  ClipNorm ln_pre, ln_post;
  ClipTransformer *transformer;
  ClipLinear projection;
} ClipVit;

static gsize
count_tokens (const ClipVit *vit)
{
  return 1 + vit->grid * vit->grid;
}

/* ---- Running ----------------------------------------------------------------------------- */

typedef struct {
  const ClipVit *vit;
  const float *pixels;
  float *patches; /* [grid²][3 · patch²] */
} GatherJob;

/* Task: one row of patches. */
static void
gather_task (gpointer data, gsize row, guint slot)
{
  const GatherJob *job = data;
  gsize patch = job->vit->patch;
  gsize size = job->vit->base.size;
  float *out = job->patches + row * job->vit->grid * 3 * patch * patch;

  for (gsize column = 0; column < job->vit->grid; column++) {
    const float *corner = job->pixels + (row * patch * size + column * patch) * 3;
    for (gsize channel = 0; channel < 3; channel++)
      for (gsize y = 0; y < patch; y++)
        for (gsize x = 0; x < patch; x++)
          *out++ = corner[(y * size + x) * 3 + channel];
  }
}

/* The class token and one token a patch, positions added: x is [tokens][width]. */
static gboolean
embed_patches (ClipVit *vit, const ClipRun *run, const float *pixels, float *x, GError **error)
{
  gsize n_patches = vit->grid * vit->grid;
  float *patches = clip_run_alloc (run, n_patches, vit->conv1.in, 1, error);
  GatherJob job = {vit, pixels, patches};

  if (patches == NULL)
    return FALSE;
  clip_pool_run (run->pool, vit->grid, gather_task, &job);
  memcpy (x, vit->class_embedding, vit->width * sizeof (float));
  clip_linear (run, &vit->conv1, n_patches, patches, x + vit->width, NULL);
  clip_kernels ()->add (x, vit->positions, count_tokens (vit) * vit->width);
  return TRUE;
}

static gboolean
vit_encode (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels, float *embedding,
            GError **error)
{
  ClipVit *vit = (ClipVit *)tower;
  gsize tokens = count_tokens (vit);
  const ClipSequences sequence = {1, &tokens};
  float *x = clip_run_alloc (run, tokens, vit->width, 1, error);

  if (x == NULL || !embed_patches (vit, run, pixels->values, x, error))
    return FALSE;
  clip_norm_apply (&vit->ln_pre, run, tokens, x, x);
  if (!clip_transformer_run (vit->transformer, run, x, &sequence, tower->probe, tower->probe_data,
                             error))
    return FALSE;
  clip_norm_apply (&vit->ln_post, run, 1, x, x);
  clip_linear (run, &vit->projection, 1, x, embedding, NULL);
  return TRUE;
}

static void
vit_visit (ClipImageTower *tower, ClipLinearVisit visit, gpointer data)
{
  ClipVit *vit = (ClipVit *)tower;

  visit (data, &vit->conv1);
  clip_transformer_visit (vit->transformer, visit, data);
  visit (data, &vit->projection);
}

static void
vit_free (ClipImageTower *tower)
{
  ClipVit *vit = (ClipVit *)tower;

  clip_linear_clear (&vit->conv1);
  clip_linear_clear (&vit->projection);
  g_clear_pointer (&vit->transformer, clip_transformer_free);
  g_free (vit->own_positions);
  g_free (vit);
}

/* ---- Loading ----------------------------------------------------------------------------- */

static gboolean
check_size (const ClipConfig *config, guint size, GError **error)
{
  guint patch = config->vision_patch_size;
  guint most = (guint)sqrt (CLIP_TRANSFORMER_MAX_TOKENS - 1);

  if (patch > 0 && size >= patch && size / patch <= most)
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
               "An image size of %u does not suit this model: its patches have %u pixels a side, "
               "and 1 to %u of them a side are possible",
               size, patch, most);
  return FALSE;
}

/* Positions for the tower's grid: the model's own, or resized where it was trained at another
 * size. The class token's is kept as it is. */
static gboolean
load_positions (ClipVit *vit, ClipWeights *weights, GError **error)
{
  const char *name = "visual.positional_embedding";
  const ClipTensor *tensor = clip_weights_find (weights, name);
  gsize rows = tensor != NULL && tensor->rank == 2 ? tensor->shape[0] : count_tokens (vit);
  gsize side = rows > 0 ? (gsize)sqrt ((double)(rows - 1)) : 0;

  const float *positions = clip_weights_get_shape (weights, name, error, 2, rows, vit->width);
  if (positions == NULL)
    return FALSE;
  if (side == 0 || 1 + side * side != rows) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
                 "%s: tensor “%s” has %" G_GSIZE_FORMAT
                 " rows, which is not one more than a square",
                 clip_weights_get_file (weights), name, rows);
    return FALSE;
  }
  if (side == vit->grid) {
    vit->positions = positions;
    return TRUE;
  }

  g_autofree float *resized =
      clip_positions_resize (positions + vit->width, side, vit->grid, vit->width, error);
  if (resized == NULL)
    return FALSE;
  vit->own_positions = clip_buffer_new (count_tokens (vit), vit->width, error);
  if (vit->own_positions == NULL)
    return FALSE;
  memcpy (vit->own_positions, positions, vit->width * sizeof (float));
  memcpy (vit->own_positions + vit->width, resized,
          vit->grid * vit->grid * vit->width * sizeof (float));
  vit->positions = vit->own_positions;
  return TRUE;
}

static gboolean
load_tensors (ClipVit *vit, const ClipConfig *config, ClipWeights *weights, ClipPrecision precision,
              GError **error)
{
  const ClipTransformerShape shape = {
      .width = vit->width,
      .heads = config->vision_head_width > 0 ? vit->width / config->vision_head_width : 0,
      .layers = config->vision_layers,
      .activation = config->quick_gelu ? CLIP_ACTIVATION_QUICK_GELU : CLIP_ACTIVATION_GELU,
      .eps = config->vision_norm_eps,
      .precision = precision,
  };

  vit->conv1.in = 3 * vit->patch * vit->patch;
  vit->conv1.out = vit->width;
  vit->conv1.precision = precision;
  vit->conv1.weight = clip_weights_get_stored (
      weights, "visual.conv1.weight", 4, (const gsize[]){vit->width, 3, vit->patch, vit->patch},
      &vit->conv1.dtype, error);
  if (vit->conv1.weight == NULL)
    return FALSE;
  vit->class_embedding =
      clip_weights_get (weights, "visual.class_embedding", 1, &vit->width, error);
  if (vit->class_embedding == NULL || !load_positions (vit, weights, error))
    return FALSE;
  vit->transformer = clip_transformer_new (weights, "visual.", &shape, error);
  if (vit->transformer == NULL)
    return FALSE;
  return clip_norm_load (&vit->ln_pre, weights, "visual.", "ln_pre", vit->width, shape.eps,
                         error) &&
         clip_norm_load (&vit->ln_post, weights, "visual.", "ln_post", vit->width, shape.eps,
                         error) &&
         clip_linear_load_transposed (&vit->projection, weights, "visual.proj", vit->width,
                                      vit->dims, error);
}

ClipImageTower *
clip_vit_new (const ClipConfig *config, ClipWeights *weights, guint size, ClipPrecision precision,
              GError **error)
{
  if (!check_size (config, size, error))
    return NULL;

  ClipVit *vit = g_new0 (ClipVit, 1);
  vit->base.encode = vit_encode;
  vit->base.visit = vit_visit;
  vit->base.free = vit_free;
  vit->base.size = size;
  vit->dims = config->embed_dim;
  vit->width = config->vision_width;
  vit->patch = config->vision_patch_size;
  vit->grid = size / vit->patch;
  if (!load_tensors (vit, config, weights, precision, error)) {
    vit_free (&vit->base);
    return NULL;
  }
  vit->base.macs = vit->grid * vit->grid * vit->conv1.in * vit->width +
                   clip_transformer_get_macs (vit->transformer, count_tokens (vit)) +
                   vit->width * vit->dims;
  return &vit->base;
}
