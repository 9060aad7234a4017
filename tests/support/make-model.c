/* make-model.c: writes OpenCLIP model folders (make-model.h). */
#include "support/make-model.h"
#include "support/model-case.h"
#include "support/torch-pickle.h"
#include "support/zip-writer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- open_clip_config.json --------------------------------------------------------------- */

static void
append_vision_config (GString *json, const ModelCase *model)
{
  if (model->timm != NULL)
    g_string_append_printf (json,
                            "      \"timm_model_name\": \"%s\",\n"
                            "      \"timm_model_pretrained\": false,\n"
                            "      \"timm_pool\": \"\",\n"
                            "      \"timm_proj\": \"%s\",\n"
                            "      \"timm_drop\": 0.0,\n"
                            "      \"timm_drop_path\": 0.1,\n"
                            "      \"image_size\": %u\n",
                            model->timm, model->mlp_head ? "mlp" : "linear", model->image_size);
  else
    g_string_append_printf (json,
                            "      \"image_size\": %u,\n"
                            "      \"layers\": %u,\n"
                            "      \"width\": %u,\n"
                            "      \"patch_size\": %u,\n"
                            "      \"head_width\": 64\n",
                            model->image_size, model->layers, model->width, model->patch_size);
}

static gboolean
write_config (const ModelCase *model, const char *folder, GError **error)
{
  g_autoptr (GString) json = g_string_new ("{\n  \"model_cfg\": {\n");
  g_string_append_printf (json, "    \"embed_dim\": %u,\n    \"vision_cfg\": {\n",
                          model->embed_dim);
  append_vision_config (json, model);
  g_string_append_printf (json,
                          "    },\n"
                          "    \"text_cfg\": {\n"
                          "      \"context_length\": 77,\n"
                          "      \"vocab_size\": 49408,\n"
                          "      \"width\": %u,\n"
                          "      \"heads\": %u,\n"
                          "      \"layers\": %u\n"
                          "    }%s\n"
                          "  },\n",
                          model->text_width, model->text_heads, model->text_layers,
                          model->quick_gelu ? ",\n    \"quick_gelu\": true" : "");
  g_string_append (json, "  \"preprocess_cfg\": {\n"
                         "    \"mean\": [\n      0.48145466,\n      0.4578275,\n"
                         "      0.40821073\n    ],\n"
                         "    \"std\": [\n      0.26862954,\n      0.26130258,\n"
                         "      0.27577711\n    ]\n"
                         "  }\n}");
  g_autofree char *path = g_build_filename (folder, "open_clip_config.json", NULL);
  return g_file_set_contents (path, json->str, (gssize)json->len, error);
}

/* ---- Values ------------------------------------------------------------------------------ */

guint16
make_model_to_bf16 (float value)
{
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  return (guint16)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

guint16
make_model_to_f16 (float value)
{
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  guint32 sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
  if (magnitude >= 0x47800000) /* 65536 and more, infinity, NaN */
    return (guint16)(sign | (magnitude > 0x7F800000 ? 0x7E00 : 0x7C00));
  if (magnitude < 0x33000000) /* less than half of the smallest subnormal */
    return (guint16)sign;
  guint exponent = magnitude >> 23;
  guint32 mantissa = (magnitude & 0x7FFFFF) | 0x800000;
  guint shift = exponent >= 113 ? 13 : 126 - exponent; /* below 2^-14 bits are lost */
  guint32 base = exponent >= 113 ? (exponent - 113) << 10 : 0;
  guint32 half = 1u << (shift - 1), rest = mantissa & ((1u << shift) - 1);
  guint32 result = base + (mantissa >> shift); /* the hidden one adds to the exponent */
  if (rest > half || (rest == half && (result & 1) != 0))
    result++;
  return (guint16)(sign | result);
}

static float
from_bf16 (guint16 bits)
{
  guint32 wide = (guint32)bits << 16;
  float value;
  memcpy (&value, &wide, sizeof value);
  return value;
}

/* Of a finite number. */
static float
from_f16 (guint16 bits)
{
  gint exponent = bits >> 10 & 0x1F, mantissa = bits & 0x3FF;
  float magnitude = exponent > 0 ? ldexpf ((float)(mantissa + 0x400), exponent - 25)
                                 : ldexpf ((float)mantissa, -24);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

static float
round_to (ClipDtype dtype, float value)
{
  if (dtype == CLIP_DTYPE_F16)
    return from_f16 (make_model_to_f16 (value));
  if (dtype == CLIP_DTYPE_BF16)
    return from_bf16 (make_model_to_bf16 (value));
  return value;
}

static gsize
dtype_size (ClipDtype dtype)
{
  return dtype == CLIP_DTYPE_F32 ? 4 : 2;
}

/* A tensor's values pass through here on their way into the file. */
typedef void (*Sink) (gpointer sink, gconstpointer data, gsize size);

static void
write_values (const ModelTensor *tensor, const MakeModelOptions *options, Sink write, gpointer sink)
{
  enum { CHUNK = 16384 };
  float values[CHUNK];
  guint16 halves[CHUNK];
  gsize n = model_tensor_count (tensor);
  for (gsize first = 0; first < n; first += CHUNK) {
    gsize count = MIN (CHUNK, n - first);
    model_tensor_fill (tensor, options->seed, first, count, values);
    for (gsize i = 0; i < count; i++)
      values[i] = round_to (options->rounded, values[i]);
    if (options->dtype == CLIP_DTYPE_F32) {
      write (sink, values, count * sizeof *values);
      continue;
    }
    for (gsize i = 0; i < count; i++)
      halves[i] = options->dtype == CLIP_DTYPE_F16 ? make_model_to_f16 (values[i])
                                                   : make_model_to_bf16 (values[i]);
    write (sink, halves, count * sizeof *halves);
  }
}

/* The name that the file has for the tensor: weights depend on the plain name alone. */
static char *
file_name_of (const char *name, const MakeModelOptions *options)
{
  const char *module = options->module ? "module." : "";
  gboolean visual = g_str_has_prefix (name, "visual.");
  gboolean scale = g_str_equal (name, "logit_scale");
  if (options->tinyclip)
    return g_strconcat (visual  ? "_image_encoder."
                        : scale ? "_logit_scale."
                                : "_text_encoder.",
                        module, name, NULL);
  return g_strconcat (module, options->text && !visual && !scale ? "text." : "", name, NULL);
}

/* ---- Weights ----------------------------------------------------------------------------- */

static void
sink_file (gpointer sink, gconstpointer data, gsize size)
{
  fwrite (data, 1, size, sink);
}

static void
write_safetensors (GArray *tensors, const MakeModelOptions *options, FILE *file)
{
  static const char *const dtypes[] = {"F32", "F16", "BF16"};
  g_autoptr (GString) header = g_string_new ("{");
  gsize at = 0;
  for (guint i = 0; i < tensors->len; i++) {
    const ModelTensor *tensor = &g_array_index (tensors, ModelTensor, i);
    gsize end = at + dtype_size (options->dtype) * model_tensor_count (tensor);
    g_autofree char *name = file_name_of (tensor->name, options);
    g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", i > 0 ? "," : "",
                            name, dtypes[options->dtype]);
    for (guint j = 0; j < tensor->rank; j++)
      g_string_append_printf (header, "%s%zu", j > 0 ? "," : "", tensor->shape[j]);
    g_string_append_printf (header, "],\"data_offsets\":[%zu,%zu]}", at, end);
    at = end;
  }
  g_string_append_c (header, '}');
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  guint64 length = header->len;
  fwrite (&length, sizeof length, 1, file);
  fwrite (header->str, 1, header->len, file);
  if (options->hollow) {
    fflush (file);
    if (ftruncate (fileno (file), (off_t)(sizeof length + header->len + at)) != 0)
      g_error ("can't make a hole: %s", g_strerror (errno));
    return;
  }
  for (guint i = 0; i < tensors->len; i++)
    write_values (&g_array_index (tensors, ModelTensor, i), options, sink_file, file);
}

static void
sink_zip (gpointer sink, gconstpointer data, gsize size)
{
  zip_writer_append (sink, data, size);
}

static void
write_torch (GArray *tensors, const MakeModelOptions *options, FILE *file)
{
  TorchPickle *pickle = torch_pickle_new (options->state_dict);
  for (guint i = 0; i < tensors->len; i++) {
    const ModelTensor *tensor = &g_array_index (tensors, ModelTensor, i);
    g_autofree char *name = file_name_of (tensor->name, options);
    torch_pickle_add (pickle, name, options->dtype, tensor->rank, tensor->shape);
  }
  g_autoptr (GByteArray) bytes = torch_pickle_finish (pickle);
  ZipWriter *zip = zip_writer_new (file, FALSE);
  zip_writer_add (zip, "archive/data.pkl", bytes->data, bytes->len);
  zip_writer_add (zip, "archive/byteorder", "little", 6);
  for (guint i = 0; i < tensors->len; i++) {
    g_autofree char *record = g_strdup_printf ("archive/data/%u", i);
    zip_writer_begin (zip, record);
    write_values (&g_array_index (tensors, ModelTensor, i), options, sink_zip, zip);
    zip_writer_end (zip);
  }
  zip_writer_add (zip, "archive/version", "3\n", 2);
  zip_writer_finish (zip);
}

/* ---- Public ------------------------------------------------------------------------------ */

static gboolean
write_weights (const ModelCase *model, const char *path, const MakeModelOptions *options,
               GError **error)
{
  g_autoptr (GArray) tensors = model_case_get_tensors (model);
  FILE *file = g_fopen (path, "we");
  gboolean good = file != NULL;
  if (good) {
    if (g_str_has_suffix (path, ".safetensors"))
      write_safetensors (tensors, options, file);
    else
      write_torch (tensors, options, file);
    good = !ferror (file);
    good = fclose (file) == 0 && good;
  }
  if (!good)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", path,
                 g_strerror (errno));
  return good;
}

gboolean
make_model_with (const char *case_name, const char *folder, const MakeModelOptions *options,
                 GError **error)
{
  g_autoptr (ModelCase) model = model_case_new (case_name, error);
  if (model == NULL)
    return FALSE;
  MakeModelOptions settled = *options;
  if (settled.seed == 0)
    settled.seed = model->seed;
  if (g_mkdir_with_parents (folder, 0777) != 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", folder,
                 g_strerror (errno));
    return FALSE;
  }
  const char *name = settled.file != NULL ? settled.file : "open_clip_model.safetensors";
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return write_config (model, folder, error) && write_weights (model, path, &settled, error);
}

gboolean
make_model (const char *case_name, const char *folder, ClipDtype dtype, GError **error)
{
  return make_model_with (case_name, folder, &(MakeModelOptions){.dtype = dtype}, error);
}
