/* text-tower.c: the text tower (tower.h): token and position embeddings, causal transformer
 * blocks, and the projection of the row at the end of the text. */
#include "towers/tower.h"

#include <string.h>

#include "compute/kernels.h"
#include "files/widen.h"
#include "towers/layers.h"
#include "towers/transformer.h"

/* Epsilon of the LayerNorms in every OpenCLIP text tower. */
#define TEXT_EPS 1e-5f

#define TOKEN_TABLE "token_embedding.weight"

struct _ClipTextTower {
  gsize dims, width, vocabulary, context;
  const ClipTensor *tokens; /* [vocabulary, width]: read where it lies, a row at a time */
  const float *positions;   /* [context][width] */
  ClipTransformer *transformer;
  ClipNorm ln_final;
  ClipLinear projection;
};

/* The table is a third of a small model and a text needs a few rows of it, so it is neither
 * copied nor widened; what clip_weights_get() would check is checked here. */
static gboolean
find_token_table (ClipTextTower *tower, const ClipWeights *weights, GError **error)
{
  const ClipTensor *tokens = clip_weights_find (weights, TOKEN_TABLE);
  ClipError code = CLIP_ERROR_INVALID;
  const char *wrong;

  if (tokens == NULL) {
    wrong = "is missing";
  } else if (tokens->rank != 2 || tokens->shape[0] != tower->vocabulary ||
             tokens->shape[1] != tower->width) {
    wrong = "has another shape than open_clip_config.json says";
  } else if (tokens->dtype == CLIP_DTYPE_OTHER) {
    code = CLIP_ERROR_UNSUPPORTED;
    wrong = "has a type other than F32, F16 and BF16";
  } else {
    tower->tokens = tokens;
    return TRUE;
  }
  g_set_error (error, CLIP_ERROR, code, "%s: tensor “%s” %s", clip_weights_get_file (weights),
               TOKEN_TABLE, wrong);
  return FALSE;
}

ClipTextTower *
clip_text_tower_new (const ClipConfig *config, ClipWeights *weights, ClipPrecision precision,
                     GError **error)
{
  if (config->context_length == 0 || config->context_length > CLIP_TRANSFORMER_MAX_TOKENS) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_UNSUPPORTED,
                 "open_clip_config.json: a context of %u tokens; 1 to %d are supported",
                 config->context_length, CLIP_TRANSFORMER_MAX_TOKENS);
    return NULL;
  }

  const ClipTransformerShape shape = {
      .width = config->text_width,
      .heads = config->text_heads,
      .layers = config->text_layers,
      .causal = TRUE,
      .activation = config->quick_gelu ? CLIP_ACTIVATION_QUICK_GELU : CLIP_ACTIVATION_GELU,
      .eps = TEXT_EPS,
      .precision = precision,
  };
  g_autoptr (ClipTextTower) tower = g_new0 (ClipTextTower, 1);
  tower->dims = config->embed_dim;
  tower->width = config->text_width;
  tower->vocabulary = config->vocab_size;
  tower->context = config->context_length;
  if (!find_token_table (tower, weights, error))
    return NULL;
  tower->positions = clip_weights_get_shape (weights, "positional_embedding", error, 2,
                                             tower->context, tower->width);
  if (tower->positions == NULL)
    return NULL;
  tower->transformer = clip_transformer_new (weights, "", &shape, error);
  if (tower->transformer == NULL)
    return NULL;
  if (!clip_norm_load (&tower->ln_final, weights, "", "ln_final", tower->width, TEXT_EPS, error) ||
      !clip_linear_load_transposed (&tower->projection, weights, "text_projection", tower->width,
                                    tower->dims, error))
    return NULL;
  return g_steal_pointer (&tower);
}

void
clip_text_tower_visit (ClipTextTower *tower, ClipLinearVisit visit, gpointer data)
{
  clip_transformer_visit (tower->transformer, visit, data);
  visit (data, &tower->projection);
}

void
clip_text_tower_free (ClipTextTower *tower)
{
  g_clear_pointer (&tower->transformer, clip_transformer_free);
  clip_linear_clear (&tower->projection);
  g_free (tower);
}

/* Writes the token's row of the table to @x. */
static void
read_token (const ClipTensor *table, guint32 id, float *x)
{
  gsize element = table->dtype == CLIP_DTYPE_F32 ? 4 : 2;
  ClipTensor row = *table;

  row.rank = 1;
  row.shape[0] = table->shape[1];
  row.stride[0] = table->stride[1];
  row.data = table->data + id * table->stride[0] * element;
  clip_widen (&row, row.shape[0], x);
}

/* The tokens up to and with the first of the largest ids: that is the end of the text, which has
 * the vocabulary's last id. Its row is the text's embedding; what follows it can't be seen from
 * there. */
static gsize
length_of_text (const ClipTokens *text)
{
  gsize end = 0;

  for (gsize i = 1; i < text->n_ids; i++)
    if (text->ids[i] > text->ids[end])
      end = i;
  return end + 1;
}

static gboolean
check_text (const ClipTextTower *tower, const ClipTokens *text, GError **error)
{
  if (text->n_ids == 0 || text->n_ids > tower->context) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
                 "A text of %" G_GSIZE_FORMAT " tokens; 1 to %" G_GSIZE_FORMAT " are allowed",
                 text->n_ids, tower->context);
    return FALSE;
  }

  gsize length = length_of_text (text);
  for (gsize i = 0; i < length; i++)
    if (text->ids[i] >= tower->vocabulary) {
      g_set_error (error, CLIP_ERROR, CLIP_ERROR_ARGUMENT,
                   "Token %u is not in the model's vocabulary of %" G_GSIZE_FORMAT, text->ids[i],
                   tower->vocabulary);
      return FALSE;
    }
  return TRUE;
}

/* Token and position embeddings: x is [tokens][width]. */
static void
embed_tokens (const ClipTextTower *tower, const guint32 *ids, gsize tokens, float *x)
{
  gsize width = tower->width;

  for (gsize i = 0; i < tokens; i++)
    read_token (tower->tokens, ids[i], x + i * width);
  clip_kernels ()->add (x, tower->positions, tokens * width);
}

gboolean
clip_text_tower_encode (ClipTextTower *tower, const ClipRun *run, const ClipTokens *texts, gsize n,
                        float *embeddings, GError **error)
{
  gsize width = tower->width, rows = 0;
  g_autofree gsize *lengths = g_new (gsize, n);
  const ClipSequences sequences = {n, lengths};

  for (gsize i = 0; i < n; i++) {
    if (!check_text (tower, &texts[i], error))
      return FALSE;
    lengths[i] = length_of_text (&texts[i]);
    rows += lengths[i];
  }
  float *x = clip_run_alloc (run, rows, width, 1, error);
  float *last = x != NULL ? clip_run_alloc (run, n, width, 1, error) : NULL;
  if (last == NULL)
    return FALSE;
  for (gsize i = 0, row = 0; i < n; row += lengths[i++])
    embed_tokens (tower, texts[i].ids, lengths[i], x + row * width);
  if (!clip_transformer_run (tower->transformer, run, x, &sequences, NULL, NULL, error))
    return FALSE;

  for (gsize i = 0, row = 0; i < n; i++) {
    row += lengths[i];
    memcpy (last + i * width, x + (row - 1) * width, width * sizeof (float));
  }
  clip_norm_apply (&tower->ln_final, run, n, last, last);
  clip_linear (run, &tower->projection, n, last, embeddings, NULL);
  return TRUE;
}

guint64
clip_text_tower_get_macs (const ClipTextTower *tower, gsize n_ids)
{
  return clip_transformer_get_macs (tower->transformer, n_ids) +
         (guint64)tower->width * tower->dims;
}
