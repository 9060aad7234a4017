/* model-case.c: tensors and weights of the test models (model-case.h). */
#include "support/model-case.h"
#include "support/golden.h"

#include <math.h>
#include <string.h>

#define GOLDEN_RATIO G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)

/* ---- Cases ------------------------------------------------------------------------------- */

static void
read_four (JsonObject *object, const char *member, guint four[4])
{
  JsonArray *array = json_object_get_array_member (object, member);
  for (guint i = 0; i < 4; i++)
    four[i] = (guint)json_array_get_int_element (array, i);
}

ModelCase *
model_case_new (const char *name, GError **error)
{
  g_autoptr (JsonParser) parser = golden_load ("golden/cases.json");
  JsonObject *cases = golden_root (parser);
  if (!json_object_has_member (cases, name)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "cases.json has no case “%s”", name);
    return NULL;
  }
  JsonObject *object = json_object_get_object_member (cases, name);
  ModelCase *model = g_new0 (ModelCase, 1);
  if (g_str_equal (json_object_get_string_member (object, "family"), "convnext")) {
    model->timm = g_strdup (json_object_get_string_member (object, "timm"));
    model->mlp_head = g_str_equal (json_object_get_string_member (object, "proj"), "mlp");
    read_four (object, "depths", model->depths);
    read_four (object, "dims", model->dims);
  }
#define READ(member)                                                                               \
  model->member = (guint)json_object_get_int_member_with_default (object, #member, 0)
  READ (width);
  READ (layers);
  READ (patch_size);
  READ (embed_dim);
  READ (image_size);
  READ (text_width);
  READ (text_heads);
  READ (text_layers);
  READ (seed);
#undef READ
  model->quick_gelu = json_object_get_boolean_member_with_default (object, "quick_gelu", FALSE);
  return model;
}

void
model_case_free (ModelCase *model)
{
  if (model == NULL)
    return;
  g_free (model->timm);
  g_free (model);
}

/* ---- Tensors ----------------------------------------------------------------------------- */

/* Adds PREFIX + NAME, where the shape ends at the first 0. */
static void
add (GArray *tensors, const char *prefix, const char *name, gsize a, gsize b, gsize c, gsize d)
{
  ModelTensor tensor = {.name = g_strconcat (prefix, name, NULL), .shape = {a, b, c, d}};
  while (tensor.rank < 4 && tensor.shape[tensor.rank] != 0)
    tensor.rank++;
  g_array_append_val (tensors, tensor);
}

static void
add_vector (GArray *tensors, const char *prefix, const char *name, gsize n)
{
  add (tensors, prefix, name, n, 0, 0, 0);
}

/* A norm: weight and bias of @n. */
static void
add_norm (GArray *tensors, const char *prefix, const char *name, gsize n)
{
  g_autofree char *full = g_strconcat (prefix, name, NULL);
  add_vector (tensors, full, ".weight", n);
  add_vector (tensors, full, ".bias", n);
}

/* A linear layer: weight of @out × @in and bias of @out. */
static void
add_linear (GArray *tensors, const char *prefix, const char *name, gsize out, gsize in)
{
  g_autofree char *full = g_strconcat (prefix, name, NULL);
  add (tensors, full, ".weight", out, in, 0, 0);
  add_vector (tensors, full, ".bias", out);
}

/* A convolution: weight of @out × @in × @size × @size and bias of @out. */
static void
add_conv (GArray *tensors, const char *prefix, const char *name, gsize out, gsize in, gsize size)
{
  g_autofree char *full = g_strconcat (prefix, name, NULL);
  add (tensors, full, ".weight", out, in, size, size);
  add_vector (tensors, full, ".bias", out);
}

static void
add_convnext_block (GArray *tensors, const char *prefix, gsize width)
{
  add_vector (tensors, prefix, "gamma", width);
  add_conv (tensors, prefix, "conv_dw", width, 1, 7);
  add_norm (tensors, prefix, "norm", width);
  add_linear (tensors, prefix, "mlp.fc1", 4 * width, width);
  add_linear (tensors, prefix, "mlp.fc2", width, 4 * width);
}

static void
add_convnext (GArray *tensors, const ModelCase *model)
{
  const guint *dims = model->dims;
  add_conv (tensors, "visual.trunk.", "stem.0", dims[0], 3, 4);
  add_norm (tensors, "visual.trunk.", "stem.1", dims[0]);
  for (guint i = 0; i < 4; i++) {
    g_autofree char *stage = g_strdup_printf ("visual.trunk.stages.%u.", i);
    if (i > 0) {
      add_norm (tensors, stage, "downsample.0", dims[i - 1]);
      add_conv (tensors, stage, "downsample.1", dims[i], dims[i - 1], 2);
    }
    for (guint j = 0; j < model->depths[i]; j++) {
      g_autofree char *block = g_strdup_printf ("%sblocks.%u.", stage, j);
      add_convnext_block (tensors, block, dims[i]);
    }
  }
  add_norm (tensors, "visual.trunk.", "head.norm", dims[3]);
  if (model->mlp_head) {
    add_linear (tensors, "visual.head.", "mlp.fc1", 2 * model->embed_dim, dims[3]);
    add (tensors, "visual.head.", "mlp.fc2.weight", model->embed_dim, 2 * model->embed_dim, 0, 0);
  } else {
    add (tensors, "visual.head.", "proj.weight", model->embed_dim, dims[3], 0, 0);
  }
}

static void
add_transformer (GArray *tensors, const char *prefix, guint layers, gsize width)
{
  for (guint k = 0; k < layers; k++) {
    g_autofree char *block = g_strdup_printf ("%stransformer.resblocks.%u.", prefix, k);
    add_norm (tensors, block, "ln_1", width);
    add_norm (tensors, block, "ln_2", width);
    add (tensors, block, "attn.in_proj_weight", 3 * width, width, 0, 0);
    add_vector (tensors, block, "attn.in_proj_bias", 3 * width);
    add_linear (tensors, block, "attn.out_proj", width, width);
    add_linear (tensors, block, "mlp.c_fc", 4 * width, width);
    add_linear (tensors, block, "mlp.c_proj", width, 4 * width);
  }
}

static void
add_vit (GArray *tensors, const ModelCase *model)
{
  gsize side = model->image_size / model->patch_size;
  add_vector (tensors, "visual.", "class_embedding", model->width);
  add (tensors, "visual.", "positional_embedding", 1 + side * side, model->width, 0, 0);
  add (tensors, "visual.", "conv1.weight", model->width, 3, model->patch_size, model->patch_size);
  add (tensors, "visual.", "proj", model->width, model->embed_dim, 0, 0);
  add_norm (tensors, "visual.", "ln_pre", model->width);
  add_norm (tensors, "visual.", "ln_post", model->width);
  add_transformer (tensors, "visual.", model->layers, model->width);
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (((const ModelTensor *)a)->name, ((const ModelTensor *)b)->name);
}

static void
tensor_clear (gpointer tensor)
{
  g_free (((ModelTensor *)tensor)->name);
}

GArray *
model_case_get_tensors (const ModelCase *model)
{
  GArray *tensors = g_array_new (FALSE, FALSE, sizeof (ModelTensor));
  g_array_set_clear_func (tensors, tensor_clear);
  if (model->timm != NULL)
    add_convnext (tensors, model);
  else
    add_vit (tensors, model);
  add (tensors, "", "positional_embedding", 77, model->text_width, 0, 0);
  add (tensors, "", "token_embedding.weight", 49408, model->text_width, 0, 0);
  add (tensors, "", "text_projection", model->text_width, model->embed_dim, 0, 0);
  add_norm (tensors, "", "ln_final", model->text_width);
  add (tensors, "", "logit_scale", 0, 0, 0, 0);
  add_transformer (tensors, "", model->text_layers, model->text_width);
  g_array_sort (tensors, compare_names);
  return tensors;
}

gsize
model_tensor_count (const ModelTensor *tensor)
{
  gsize n = 1;
  for (guint i = 0; i < tensor->rank; i++)
    n *= tensor->shape[i];
  return n;
}

/* ---- Values ------------------------------------------------------------------------------ */

static guint64
generator_state (const char *name, guint64 seed)
{
  guint64 hash = G_GUINT64_CONSTANT (0xCBF29CE484222325);
  for (const char *c = name; *c != '\0'; c++)
    hash = (hash ^ (guint8)*c) * G_GUINT64_CONSTANT (0x100000001B3);
  return hash ^ (seed * GOLDEN_RATIO);
}

/* Value @i of the generator in [−1, 1): a multiple of 2^-23. */
static inline double
generator_value (guint64 state, gsize i)
{
  guint64 z = state + (i + 1) * GOLDEN_RATIO;
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  z ^= z >> 31;
  return (double)(gint64)(z >> 40) * 0x1p-23 - 1.0;
}

/* Half-width @a and centre @b of a tensor's values: such that activations keep a sane size. */
static void
value_range (const ModelTensor *tensor, double *a, double *b)
{
  const char *name = tensor->name;
  const gsize *shape = tensor->shape;
  *b = 0;
  if (g_str_equal (name, "logit_scale")) {
    *a = 0;
    *b = log (100);
  } else if (g_str_has_suffix (name, ".gamma")) {
    *a = 0.3;
    *b = 0.5;
  } else if (g_str_has_suffix (name, "bias")) {
    *a = 0.1;
  } else if (tensor->rank == 1 && g_str_has_suffix (name, ".weight")) { /* every norm */
    *a = 0.2;
    *b = 1;
  } else if (g_str_has_suffix (name, "class_embedding")) {
    *a = 0.5;
  } else if (g_str_has_suffix (name, "positional_embedding")) {
    *a = 0.1;
  } else if (g_str_equal (name, "token_embedding.weight")) {
    *a = 0.2;
  } else if (g_str_equal (name, "text_projection") || g_str_equal (name, "visual.proj")) {
    *a = sqrt (3.0 / (double)shape[0]);
  } else {
    *a = sqrt (3.0 / (double)(model_tensor_count (tensor) / shape[0]));
  }
}

void
model_tensor_fill (const ModelTensor *tensor, guint64 seed, gsize first, gsize n, float *out)
{
  guint64 state = generator_state (tensor->name, seed);
  double a, b;
  value_range (tensor, &a, &b);
  for (gsize i = 0; i < n; i++)
    out[i] = (float)(b + a * generator_value (state, first + i));
}

void
model_uniform (const char *name, guint64 seed, gsize n, float *out)
{
  guint64 state = generator_state (name, seed);
  for (gsize i = 0; i < n; i++)
    out[i] = (float)generator_value (state, i);
}

float *
model_pixels (guint size, guint64 seed)
{
  gsize plane = (gsize)size * size;
  g_autofree char *name = g_strdup_printf ("pixels-%u", size);
  g_autofree float *noise = g_new (float, 3 * plane);
  model_uniform (name, seed, 3 * plane, noise);
  float *pixels = g_new (float, 3 * plane);
  for (gsize c = 0; c < 3; c++)
    for (gsize y = 0; y < size; y++)
      for (gsize x = 0; x < size; x++) {
        double smooth =
            1.5 * sin (0.05 * (double)(x + 1) * (double)(c + 1)) * cos (0.03 * (double)y);
        gsize at = y * size + x;
        pixels[3 * at + c] = (float)(0.5 * (2.0 * (double)noise[c * plane + at]) + smooth);
      }
  return pixels;
}
