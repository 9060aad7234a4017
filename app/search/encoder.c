/* encoder.c: words and pictures to embeddings.
 *
 * Prompts. CLIP models were trained on captions, and the mean over a few captions that say the same
 * is a better description than any one of them (Radford et al. 2021, section 3.1.4). The starter
 * model, an EfficientNet, never saw captions: its text tower was distilled from sentence
 * embeddings, and each prompt word moves a query away from its meaning. On 700 photos its mean
 * average precision is 0.805 with the bare query and 0.795 with "a photo of a …"; on 300 others it
 * was 0.910 bare, 0.909 for the mean with "a photo of a …", and 0.906 with four prompts. So it gets
 * the bare query.
 */
#include "search/encoder.h"

#include <string.h>

#include "base/path.h"
#include "search/unit.h"

/* Longest side of what places are made from. */
#define PLACES_PIXELS 2048

/* To be counted up when the prompts change, so that cached embeddings are not mixed up. */
#define PROMPTS_VERSION "1"

static const char *const caption_prompts[] = {"{}", "a photo of {}", "a picture of {}", NULL};
static const char *const bare_prompt[] = {"{}", NULL};

gboolean
ink_encoder_is_distilled (ClipModel *model)
{
  /* OpenCLIP has no EfficientNet that was trained on captions: who has one got it by distillation,
   * as the starter model, whose configuration says nothing else of it. */
  return g_str_equal (clip_model_get_info (model)->family, "efficientnet");
}

static gboolean
is_cancelled (gpointer data)
{
  return g_cancellable_is_cancelled (data);
}

ClipCall
ink_encoder_call (GCancellable *cancellable, ClipPriority priority)
{
  return (ClipCall){is_cancelled, cancellable, priority};
}

gboolean
ink_encoder_encode_texts (const InkEncoder *encoder, const char *const *texts, gsize n,
                          float *embeddings, GCancellable *cancellable, GError **error)
{
  ClipCall call = ink_encoder_call (cancellable, CLIP_PRIORITY_QUERY);

  return clip_model_encode_texts (encoder->model, texts, n, embeddings, &call, error);
}

static char *
fill_prompt (const char *prompt, const char *words)
{
  const char *place = strstr (prompt, "{}");

  return g_strdup_printf ("%.*s%s%s", (int)(place - prompt), prompt, words, place + strlen ("{}"));
}

static gboolean
encode_prompts (const InkEncoder *encoder, const char *words, float *embedding,
                GCancellable *cancellable, GError **error)
{
  guint dims = clip_model_get_info (encoder->model)->dims;
  const char *const *prompts =
      ink_encoder_is_distilled (encoder->model) ? bare_prompt : caption_prompts;
  guint n = g_strv_length ((GStrv)prompts);
  g_auto (GStrv) texts = g_new0 (char *, n + 1);
  g_autofree float *embeddings = g_new (float, (gsize)n *dims);

  for (guint i = 0; i < n; i++)
    texts[i] = fill_prompt (prompts[i], words);
  if (!ink_encoder_encode_texts (encoder, (const char *const *)texts, n, embeddings, cancellable,
                                 error))
    return FALSE;
  memset (embedding, 0, dims * sizeof *embedding);
  for (guint i = 0; i < n; i++)
    ink_unit_add (embedding, embeddings + (gsize)i * dims, 1, dims);
  ink_unit_normalise (embedding, dims);
  return TRUE;
}

gboolean
ink_encoder_encode_words (const InkEncoder *encoder, const char *words, float *embedding,
                          GCancellable *cancellable, GError **error)
{
  guint dims = clip_model_get_info (encoder->model)->dims;
  g_autofree char *key = g_strconcat (PROMPTS_VERSION " ", words, NULL);
  g_autoptr (GError) cache_error = NULL;

  if (encoder->cache && encoder->space &&
      ink_store_get_query (encoder->cache, encoder->space, key, embedding, dims, NULL))
    return TRUE;
  if (!encode_prompts (encoder, words, embedding, cancellable, error))
    return FALSE;
  /* The cache saves time and nothing else: a full disk is no reason to fail. */
  if (encoder->cache_writer && encoder->space &&
      !ink_store_put_query (encoder->cache_writer, encoder->space, key, embedding, dims,
                            &cache_error))
    g_debug ("The embedding of a query is not kept: %s", cache_error->message);
  return TRUE;
}

static InkDecoded *
decode (const InkEncoder *encoder, const InkQueryPicture *picture, const InkDecodeRequest *request,
        GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL, *display = NULL;
  InkDecoded *decoded;

  if (picture->bytes)
    return ink_decoder_decode_bytes (encoder->decoder, picture->bytes, request, cancellable, error);
  path = ink_path_from_file (picture->file, error);
  if (!path)
    return NULL;
  decoded = ink_decoder_decode_file (encoder->decoder, path, request, cancellable, error);
  /* A query may have several pictures: which of them it is. */
  display = ink_path_display (path);
  if (!decoded)
    g_prefix_error (error, "%s: ", display);
  return decoded;
}

gboolean
ink_encoder_encode_picture (const InkEncoder *encoder, const InkQueryPicture *picture,
                            float *embedding, GCancellable *cancellable, GError **error)
{
  const InkDecodeRequest request = {
      .square = clip_model_get_info (encoder->model)->image_size,
      /* Of a row of squares the one in the middle, as near to each photo's own as any. */
      .view = encoder->view == CLIP_VIEW_SQUARES ? CLIP_VIEW_CENTRE : encoder->view,
      .full = TRUE,
      .has_region = picture->has_region,
      .region = {picture->region.x, picture->region.y, picture->region.width,
                 picture->region.height},
  };
  ClipCall call = ink_encoder_call (cancellable, CLIP_PRIORITY_QUERY);
  g_autoptr (InkDecoded) decoded = decode (encoder, picture, &request, cancellable, error);
  ClipPicture tiles[CLIP_TILES_MAX];

  return decoded && ink_decoded_list_tiles (decoded, tiles) > 0 &&
         clip_model_encode_tiles (encoder->model, tiles, 1, embedding, &call, error);
}

ClipPlaces *
ink_encoder_encode_places (const InkEncoder *encoder, const InkQueryPicture *picture,
                           GCancellable *cancellable, GError **error)
{
  /* More than models see of any picture, so that the engine does the last reduction. */
  const InkDecodeRequest request = {.pixels = PLACES_PIXELS};
  ClipCall call = ink_encoder_call (cancellable, CLIP_PRIORITY_QUERY);
  g_autoptr (InkDecoded) decoded = decode (encoder, picture, &request, cancellable, error);
  ClipPicture pixels;

  if (!decoded)
    return NULL;
  pixels = (ClipPicture){
      .rgb = g_bytes_get_data (decoded->pixels, NULL),
      .width = decoded->pixels_width,
      .height = decoded->pixels_height,
      .stride = (gsize)3 * decoded->pixels_width,
  };
  return clip_model_encode_places (encoder->model, &pixels, &call, error);
}
