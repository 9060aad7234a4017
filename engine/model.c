/* model.c: opens a model folder and runs its towers (clip.h). */
#include <math.h>

#include "cache/tower-weights.h"
#include "clip.h"
#include "compute/cpu.h"
#include "compute/gemm.h"
#include "compute/run.h"
#include "files/model-config.h"
#include "files/weights.h"
#include "image/preprocess.h"
#include "text/tokenizer.h"
#include "towers/layers.h"
#include "towers/tower.h"

#define MOST_THREADS 1024

/* Texts that go through the tower together: enough that reading the weights no longer counts. */
#define TEXTS_AT_ONCE 16

struct _ClipModel {
  gatomicrefcount references;
  ClipModelInfo info;
  ClipConfig config;
  ClipWeights *weights; /* outlives the towers, which point into it */
  ClipImageTower *image_tower;
  ClipTextTower *text_tower;
  ClipTowerWeights *image_weights, *text_weights; /* their panels outlive the towers */
  ClipTokenizer *tokenizer;
  ClipPool *pool;
  ClipMemoryList *memories;
};

/* ---- Opening ----------------------------------------------------------------------------- */

/* bf16 finds the photos that f32 finds in half the time. int8 is for those who ask for it: how near
 * it comes depends on the model. */
static ClipPrecision
choose_precision (ClipPrecision asked)
{
  if (asked != CLIP_PRECISION_AUTO)
    return asked;
  return clip_cpu_flags () & CLIP_CPU_BF16 ? CLIP_PRECISION_BF16 : CLIP_PRECISION_F32;
}

static gboolean
check_options (const ClipOptions *options, GError **error)
{
  if (options->threads > MOST_THREADS) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT, "%u threads are too many; at most %d",
                 options->threads, MOST_THREADS);
    return FALSE;
  }
  if (options->precision == CLIP_PRECISION_BF16 && !(clip_cpu_flags () & CLIP_CPU_BF16)) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_UNSUPPORTED,
                 "This processor (%s) does not compute in bf16; choose the precision “f32”, “int8” "
                 "or “auto”",
                 clip_cpu_isa ());
    return FALSE;
  }
  return TRUE;
}

/* Checkpoints hold the scale as a logarithm, as a scalar or as a vector of one. */
static gboolean
read_logit_scale (ClipModel *model, GError **error)
{
  static const gsize one[] = {1};
  const ClipTensor *tensor = clip_weights_find (model->weights, "logit_scale");
  const float *logarithm =
      clip_weights_get (model->weights, "logit_scale", tensor && tensor->rank == 1, one, error);
  if (!logarithm)
    return FALSE;
  model->info.logit_scale = expf (*logarithm);
  if (isfinite (model->info.logit_scale) && model->info.logit_scale > 0)
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
               "%s: tensor “logit_scale” holds %g, which is no logarithm of a scale",
               clip_weights_get_file (model->weights), *logarithm);
  return FALSE;
}

static ClipImageTower *
open_image_tower (const ClipConfig *config, ClipWeights *weights, guint size,
                  ClipPrecision precision, GError **error)
{
  switch (config->family) {
  case CLIP_FAMILY_CONVNEXT:
    return clip_convnext_new (config, weights, size, precision, error);
  case CLIP_FAMILY_VIT:
    return clip_vit_new (config, weights, size, precision, error);
  case CLIP_FAMILY_EFFICIENTNET_LITE0:
    return clip_efficientnet_new (config, weights, size, precision, error);
  }
  g_return_val_if_reached (NULL);
}

static const char *
family_name (ClipFamily family)
{
  switch (family) {
  case CLIP_FAMILY_CONVNEXT:
    return "convnext";
  case CLIP_FAMILY_VIT:
    return "vit";
  case CLIP_FAMILY_EFFICIENTNET_LITE0:
    return "efficientnet";
  }
  g_return_val_if_reached (NULL);
}

static void
collect (gpointer data, ClipLinear *linear)
{
  g_ptr_array_add (data, linear);
}

static void
collect_layers (ClipModel *model)
{
  GPtrArray *image = g_ptr_array_new (), *text = g_ptr_array_new ();
  model->image_tower->visit (model->image_tower, collect, image);
  clip_text_tower_visit (model->text_tower, collect, text);
  model->image_weights = clip_tower_weights_new ("image", image, model->weights);
  model->text_weights = clip_tower_weights_new ("text", text, model->weights);
}

/* Reads and checks everything in @folder. */
static gboolean
load (ClipModel *model, const char *folder, const ClipOptions *options, GError **error)
{
  ClipConfig *config = &model->config;
  if (!check_options (options, error) || !clip_config_read (config, folder, error))
    return FALSE;
  ClipPrecision precision = choose_precision (options->precision);
  guint size = options->image_size ? options->image_size : config->image_size;
  return (model->weights = clip_weights_open (folder, error)) &&
         (model->image_tower = open_image_tower (config, model->weights, size, precision, error)) &&
         (model->text_tower = clip_text_tower_new (config, model->weights, precision, error)) &&
         read_logit_scale (model, error) &&
         (model->tokenizer = clip_tokenizer_open (folder, options->vocabulary, error));
}

ClipModel *
clip_model_open (const char *folder, const ClipOptions *options, GError **error)
{
  static const ClipOptions defaults = {0};
  g_autoptr (ClipModel) model = g_new0 (ClipModel, 1);
  g_atomic_ref_count_init (&model->references);
  if (!options)
    options = &defaults;
  if (!load (model, folder, options, error)) {
    g_prefix_error (error, "%s: ", folder);
    return NULL;
  }

  collect_layers (model);
  model->pool = clip_pool_new (options->threads);
  model->memories = clip_memory_list_new (model->pool);
  const ClipConfig *config = &model->config;
  ClipModelInfo *info = &model->info;
  info->dims = config->embed_dim;
  info->image_size = model->image_tower->size;
  info->context_length = config->context_length;
  info->precision = choose_precision (options->precision);
  info->threads = clip_pool_get_threads (model->pool);
  info->image_macs = model->image_tower->macs;
  info->text_macs = clip_text_tower_get_macs (model->text_tower, config->context_length);
  info->family = family_name (config->family);
  info->takes_rectangles = model->image_tower->encode_places != NULL;
  info->weights_file = clip_weights_get_file (model->weights);
  return g_steal_pointer (&model);
}

ClipModel *
clip_model_ref (ClipModel *model)
{
  g_atomic_ref_count_inc (&model->references);
  return model;
}

void
clip_model_unref (ClipModel *model)
{
  if (!model || !g_atomic_ref_count_dec (&model->references))
    return;
  if (model->image_tower)
    model->image_tower->free (model->image_tower);
  g_clear_pointer (&model->text_tower, clip_text_tower_free);
  g_clear_pointer (&model->image_weights, clip_tower_weights_free);
  g_clear_pointer (&model->text_weights, clip_tower_weights_free);
  g_clear_pointer (&model->weights, clip_weights_free);
  g_clear_pointer (&model->tokenizer, clip_tokenizer_free);
  g_clear_pointer (&model->memories, clip_memory_list_free);
  g_clear_pointer (&model->pool, clip_pool_free);
  g_free (model);
}

const ClipModelInfo *
clip_model_get_info (const ClipModel *model)
{
  return &model->info;
}

guint64
clip_model_get_text_macs (const ClipModel *model, gsize n_ids)
{
  return clip_text_tower_get_macs (model->text_tower, n_ids);
}

gboolean
clip_model_write_weights (ClipModel *model, ClipWriteFunc write, gpointer data, GError **error)
{
  return clip_weights_write (model->weights, write, data, error);
}

void
clip_model_set_cache (ClipModel *model, const char *folder, const char *sha256)
{
  clip_tower_weights_set_cache (model->image_weights, folder, sha256);
  clip_tower_weights_set_cache (model->text_weights, folder, sha256);
}

/* ---- Encoding ---------------------------------------------------------------------------- */

/* Scales x to unit length, as the reference does: by max (‖x‖, 1e-12). */
static gboolean
normalise (const ClipModel *model, float *x, GError **error)
{
  gsize n = model->info.dims;
  double squares = 0;
  for (gsize i = 0; i < n; i++)
    squares += (double)x[i] * x[i];
  if (!isfinite (squares)) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
                 "%s: the model's result is not a number; the file is damaged, get it again",
                 model->info.weights_file);
    return FALSE;
  }
  float norm = (float)MAX (sqrt (squares), 1e-12);
  for (gsize i = 0; i < n; i++)
    x[i] /= norm;
  return TRUE;
}

/* Whether the files that a result was computed from are as they were when they were opened. */
static gboolean
check_files (ClipModel *model, ClipTowerWeights *tower, GError **error)
{
  return clip_weights_check (model->weights, error) && clip_tower_weights_check (tower, error);
}

/* What the tower takes: a picture that has its size already, normalised. */
static gboolean
make_pixels (ClipModel *model, const ClipRun *run, const ClipPicture *picture, ClipPixels *pixels,
             GError **error)
{
  float *values = clip_run_alloc (run, picture->width, picture->height, 3, error);
  if (!values)
    return FALSE;
  clip_picture_normalise (picture, model->config.mean, model->config.std, values);
  *pixels = (ClipPixels){values, picture->width, picture->height};
  return TRUE;
}

/* Whether the tower takes a picture of this size as it is. */
static gboolean
check_tile (const ClipModel *model, const ClipPicture *tile, GError **error)
{
  gboolean square = tile->width == model->info.image_size && tile->height == tile->width;
  gboolean whole = tile->width % CLIP_PLACE_SIDE == 0 && tile->height % CLIP_PLACE_SIDE == 0;
  if (!clip_picture_check (tile, error))
    return FALSE;
  if (square || (model->info.takes_rectangles && whole))
    return TRUE;
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
               "This model takes no picture of %u × %u pixels as it is", tile->width, tile->height);
  return FALSE;
}

static gboolean
encode_tile (ClipModel *model, const ClipRun *run, const ClipPicture *tile, float *embedding,
             GError **error)
{
  ClipPixels pixels;
  return check_tile (model, tile, error) && make_pixels (model, run, tile, &pixels, error) &&
         model->image_tower->encode (model->image_tower, run, &pixels, embedding, error) &&
         normalise (model, embedding, error);
}

static gboolean
encode_picture (ClipModel *model, const ClipRun *run, const ClipPicture *picture, float *embedding,
                GError **error)
{
  guint size = model->info.image_size;
  guint8 *square = (guint8 *)clip_run_alloc (run, size, size, 1, error);
  if (!square || !clip_picture_square (picture, size, square, error))
    return FALSE;
  return encode_tile (model, run, &(ClipPicture){square, size, size, (gsize)3 * size}, embedding,
                      error);
}

/* The whole of a picture as one rectangle, however long. */
static gboolean
encode_places (ClipModel *model, const ClipRun *run, const ClipPicture *picture,
               const ClipTiling *tiling, ClipPlaces *places, GError **error)
{
  guint width = (guint)tiling->width, height = (guint)tiling->height;
  guint8 *rgb = (guint8 *)clip_run_alloc (run, width, height, 1, error);
  ClipPixels pixels;
  if (!rgb || !clip_picture_resize (picture, width, height, rgb, error) ||
      !make_pixels (model, run, &(ClipPicture){rgb, width, height, (gsize)3 * width}, &pixels,
                    error) ||
      !model->image_tower->encode_places (model->image_tower, run, &pixels, places->embeddings,
                                          error))
    return FALSE;
  for (gsize i = 0; i < (gsize)places->columns * places->rows; i++)
    if (!normalise (model, places->embeddings + i * model->info.dims, error))
      return FALSE;
  return TRUE;
}

/* At most TEXTS_AT_ONCE. */
static gboolean
encode_texts (ClipModel *model, const ClipRun *run, const char *const *texts, gsize n,
              float *embeddings, GError **error)
{
  ClipTokens tokens[TEXTS_AT_ONCE];
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < n; i++) {
    tokens[i].ids = clip_model_tokenize (model, texts[i], &tokens[i].n_ids, error);
    if (!tokens[i].ids)
      return FALSE;
    g_ptr_array_add (ids, (gpointer)tokens[i].ids);
  }
  if (!clip_text_tower_encode (model->text_tower, run, tokens, n, embeddings, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!normalise (model, embeddings + i * model->info.dims, error))
      return FALSE;
  return TRUE;
}

typedef gboolean (*EncodeOne) (ClipModel *model, const ClipRun *run, const ClipPicture *picture,
                               float *embedding, GError **error);

static gboolean
encode_all (ClipModel *model, EncodeOne encode, const ClipPicture *pictures, gsize n,
            float *embeddings, const ClipCall *call, GError **error)
{
  ClipRun run;
  gboolean done = clip_run_begin (&run, model->memories, call, error) &&
                  (n == 0 || clip_tower_weights_prepare (model->image_weights, model->pool, error));
  for (gsize i = 0; i < n && done; i++) {
    clip_run_reset (&run);
    done = clip_run_continue (&run, error) &&
           encode (model, &run, &pictures[i], embeddings + i * model->info.dims, error);
  }
  clip_run_end (&run);
  return done && check_files (model, model->image_weights, error);
}

gboolean
clip_model_encode_pictures (ClipModel *model, const ClipPicture *pictures, gsize n,
                            float *embeddings, const ClipCall *call, GError **error)
{
  return encode_all (model, encode_picture, pictures, n, embeddings, call, error);
}

gboolean
clip_model_encode_tiles (ClipModel *model, const ClipPicture *tiles, gsize n, float *embeddings,
                         const ClipCall *call, GError **error)
{
  return encode_all (model, encode_tile, tiles, n, embeddings, call, error);
}

/* ---- Places ------------------------------------------------------------------------------ */

void
clip_places_free (ClipPlaces *places)
{
  if (places)
    g_free (places->embeddings);
  g_free (places);
}

static ClipPlaces *
make_places (ClipModel *model, const ClipTiling *tiling, GError **error)
{
  g_autoptr (ClipPlaces) places = g_new0 (ClipPlaces, 1);
  places->columns = (guint)tiling->width / CLIP_PLACE_SIDE;
  places->rows = (guint)tiling->height / CLIP_PLACE_SIDE;
  places->embeddings =
      clip_buffer_new ((gsize)places->columns * places->rows, model->info.dims, error);
  return places->embeddings ? g_steal_pointer (&places) : NULL;
}

ClipPlaces *
clip_model_encode_places (ClipModel *model, const ClipPicture *picture, const ClipCall *call,
                          GError **error)
{
  if (!model->info.takes_rectangles) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_UNSUPPORTED,
                 "This model (%s) does not tell where in a picture things are", model->info.family);
    return NULL;
  }
  if (!clip_picture_check (picture, error))
    return NULL;
  ClipTiling tiling;
  clip_tiling_init (&tiling, CLIP_VIEW_WHOLE, picture->width, picture->height,
                    model->info.image_size);
  g_autoptr (ClipPlaces) places = make_places (model, &tiling, error);
  if (!places)
    return NULL;
  ClipRun run;
  gboolean done = clip_run_begin (&run, model->memories, call, error) &&
                  clip_tower_weights_prepare (model->image_weights, model->pool, error) &&
                  clip_run_continue (&run, error) &&
                  encode_places (model, &run, picture, &tiling, places, error);
  clip_run_end (&run);
  return done && check_files (model, model->image_weights, error) ? g_steal_pointer (&places)
                                                                  : NULL;
}

/* ---- Texts ------------------------------------------------------------------------------- */

gboolean
clip_model_encode_texts (ClipModel *model, const char *const *texts, gsize n, float *embeddings,
                         const ClipCall *call, GError **error)
{
  /* A text has the same embedding, whatever other texts are asked for with it. */
  gsize at_once = clip_linear_rows_are_apart () ? TEXTS_AT_ONCE : 1;
  ClipRun run;
  gboolean done = clip_run_begin (&run, model->memories, call, error) &&
                  (n == 0 || clip_tower_weights_prepare (model->text_weights, model->pool, error));
  for (gsize i = 0; i < n && done; i += at_once) {
    clip_run_reset (&run);
    done = clip_run_continue (&run, error) &&
           encode_texts (model, &run, texts + i, MIN (n - i, at_once),
                         embeddings + i * model->info.dims, error);
  }
  clip_run_end (&run);
  return done && check_files (model, model->text_weights, error);
}

guint32 *
clip_model_tokenize (ClipModel *model, const char *text, gsize *n_ids, GError **error)
{
  return clip_tokenizer_encode (model->tokenizer, text, model->info.context_length, n_ids, error);
}
