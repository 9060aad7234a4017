/* model-config.c: open_clip_config.json (model-config.h).
 *
 * OpenCLIP has many settings that change the arithmetic of a tower. Each is either read, known to
 * matter only in training, or must have the one value that this engine implements; a setting that
 * nobody here has heard of must be off. So a model never runs as something that it is not.
 */
#include "files/model-config.h"
#include "clip.h"
#include "files/json.h"
#include "files/mapping.h"

#include <string.h>

#define MAX_FILE (1 << 20) /* bytes */
#define MAX_WIDTH 16384
#define MAX_LAYERS 512
#define MAX_IMAGE 4096   /* pixels */
#define MAX_CONTEXT 4096 /* tokens */
#define VOCABULARY 49408 /* tokens of CLIP's own vocabulary */

/* An object of the file, and what messages call it. */
typedef struct {
  const char *file, *name;
  const ClipJsonValue *object; /* NULL: not there, all defaults */
} Section;

/* A setting that is read elsewhere or does not matter here (@only NULL), or has to be @only. */
typedef struct {
  const char *name, *only;
} Known;

typedef struct {
  const char *name;
  gsize offset;  /* in ClipConfig */
  guint missing; /* value where the setting is missing; 0: it must be there */
  guint most;
} Size;

/* ---- Errors ------------------------------------------------------------------------------ */

static gboolean fail (const Section *section, ClipError code, GError **error, const char *format,
                      ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (const Section *section, ClipError code, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, CLIP_ERROR, code, "%s: %s: %s", section->file, section->name, what);
  return FALSE;
}

/* ---- Settings ---------------------------------------------------------------------------- */

/* NULL where the setting is missing or null, which is how Python writes "not set". */
static const ClipJsonValue *
look_up (const Section *section, const char *name)
{
  const ClipJsonValue *value =
      section->object != NULL ? clip_json_member (section->object, name) : NULL;
  return value != NULL && value->kind != CLIP_JSON_NULL ? value : NULL;
}

static gboolean
open_section (Section *section, const ClipJsonValue *parent, gboolean required, GError **error)
{
  section->object = clip_json_member (parent, section->name);
  if (section->object != NULL && section->object->kind == CLIP_JSON_NULL)
    section->object = NULL;
  if (section->object == NULL)
    return !required || fail (section, CLIP_ERROR_INVALID, error, "the section is missing");
  return section->object->kind == CLIP_JSON_OBJECT ||
         fail (section, CLIP_ERROR_INVALID, error, "not an object");
}

/* What Python takes for false. */
static gboolean
is_off (const ClipJsonValue *value)
{
  double number;
  switch (value->kind) {
  case CLIP_JSON_NULL:
    return TRUE;
  case CLIP_JSON_BOOLEAN:
    return !value->boolean;
  case CLIP_JSON_STRING:
    return *value->string == '\0';
  case CLIP_JSON_ARRAY:
  case CLIP_JSON_OBJECT:
    return value->count == 0;
  case CLIP_JSON_INTEGER:
  case CLIP_JSON_REAL:
    return clip_json_get_number (value, &number) && number == 0;
  }
  return FALSE;
}

static gboolean
is_just (const ClipJsonValue *value, const char *only)
{
  double number;
  if (clip_json_get_number (value, &number))
    return number == g_ascii_strtod (only, NULL);
  return g_strcmp0 (clip_json_get_string (value), only) == 0;
}

static gboolean
is_supported (const ClipJsonValue *value, const Known *known)
{
  for (; known->name != NULL; known++)
    if (strcmp (value->name, known->name) == 0)
      return known->only == NULL || value->kind == CLIP_JSON_NULL || is_just (value, known->only);
  return is_off (value);
}

static gboolean
check_settings (const Section *section, const Known *known, GError **error)
{
  const ClipJsonValue *object = section->object;
  if (object == NULL)
    return TRUE;
  for (const ClipJsonValue *v = clip_json_first (object); v != NULL; v = clip_json_next (object, v))
    if (!is_supported (v, known)) {
      const char *text = clip_json_get_string (v);
      return fail (section, CLIP_ERROR_UNSUPPORTED, error,
                   "“%s”%s%s is something that this program can't compute", v->name,
                   text != NULL ? " = " : "", text != NULL ? text : "");
    }
  return TRUE;
}

static gboolean
read_size (const Section *section, const Size *size, ClipConfig *config, GError **error)
{
  const ClipJsonValue *value = look_up (section, size->name);
  guint64 number = size->missing;
  if (value == NULL && number == 0)
    return fail (section, CLIP_ERROR_INVALID, error, "“%s” is missing", size->name);
  if (value != NULL && !clip_json_get_natural (value, &number))
    return fail (section, CLIP_ERROR_INVALID, error, "“%s” is not a whole number", size->name);
  if (number < 1 || number > size->most)
    return fail (section, CLIP_ERROR_INVALID, error, "“%s” is not from 1 to %u", size->name,
                 size->most);
  G_STRUCT_MEMBER (guint, config, size->offset) = (guint)number;
  return TRUE;
}

static gboolean
read_sizes (const Section *section, const Size *sizes, ClipConfig *config, GError **error)
{
  for (; sizes->name != NULL; sizes++)
    if (!read_size (section, sizes, config, error))
      return FALSE;
  return TRUE;
}

/* ---- The image tower --------------------------------------------------------------------- */

static const Known vision_settings[] = {
    {"image_size"},
    {"layers"},
    {"width"},
    {"head_width"},
    {"patch_size"},
    {"timm_model_name"},
    {"timm_model_pretrained"},
    {"timm_pool"},
    {"timm_proj"},
    {"timm_drop"},
    {"timm_drop_path"},
    {"patch_dropout"},
    {"attn_pooler_queries"},
    {"attn_pooler_heads"},
    {"mlp_ratio", "4"},
    {"pool_type", "tok"},
    {"pos_embed_type", "learnable"},
    {"block_type", "default"},
    {NULL},
};

static const Size vit_sizes[] = {
    {"layers", G_STRUCT_OFFSET (ClipConfig, vision_layers), 12, MAX_LAYERS},
    {"width", G_STRUCT_OFFSET (ClipConfig, vision_width), 768, MAX_WIDTH},
    {"head_width", G_STRUCT_OFFSET (ClipConfig, vision_head_width), 64, MAX_WIDTH},
    {"patch_size", G_STRUCT_OFFSET (ClipConfig, vision_patch_size), 16, MAX_IMAGE},
    {NULL},
};

/* The name tells family and epsilon; ConvNeXt's depths and widths are the tensors' matter. */
static const struct {
  const char *name;
  ClipFamily family;
  float norm_eps;
} trunks[] = {
    {"convnext_tiny", CLIP_FAMILY_CONVNEXT, 1e-6f},
    {"convnext_small", CLIP_FAMILY_CONVNEXT, 1e-6f},
    {"convnext_base", CLIP_FAMILY_CONVNEXT, 1e-6f},
    {"convnext_large", CLIP_FAMILY_CONVNEXT, 1e-6f},
    {"convnext_xxlarge", CLIP_FAMILY_CONVNEXT, 1e-5f},
    {"tf_efficientnet_lite0", CLIP_FAMILY_EFFICIENTNET_LITE0, 0},
};

static gboolean
read_trunk (ClipConfig *config, const Section *section, const char *name, GError **error)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS (trunks) && strcmp (name, trunks[i].name) != 0)
    i++;
  if (i == G_N_ELEMENTS (trunks))
    return fail (section, CLIP_ERROR_UNSUPPORTED, error,
                 "image towers of the kind “%s” are not supported", name);
  config->family = trunks[i].family;
  config->vision_norm_eps = trunks[i].norm_eps;

  const ClipJsonValue *pool = look_up (section, "timm_pool"),
                      *proj = look_up (section, "timm_proj");
  if (pool != NULL && !is_just (pool, "") && !is_just (pool, "avg"))
    return fail (section, CLIP_ERROR_UNSUPPORTED, error, "only “timm_pool” avg is supported");
  config->mlp_head = proj != NULL && is_just (proj, "mlp");
  gboolean linear_head = proj == NULL || is_just (proj, "linear");
  if (config->family == CLIP_FAMILY_EFFICIENTNET_LITE0 ? !config->mlp_head
                                                       : !config->mlp_head && !linear_head)
    return fail (section, CLIP_ERROR_UNSUPPORTED, error, "this “timm_proj” is not supported");
  return TRUE;
}

static gboolean
read_vit (ClipConfig *config, const Section *section, GError **error)
{
  const ClipJsonValue *layers = look_up (section, "layers");
  if (layers != NULL && layers->kind == CLIP_JSON_ARRAY)
    return fail (section, CLIP_ERROR_UNSUPPORTED, error,
                 "image towers of the kind “ResNet” are not supported");
  config->family = CLIP_FAMILY_VIT;
  config->vision_norm_eps = 1e-5f;
  if (!read_sizes (section, vit_sizes, config, error))
    return FALSE;
  if (config->vision_width % config->vision_head_width != 0)
    return fail (section, CLIP_ERROR_INVALID, error, "“width” is no multiple of “head_width”");
  return config->vision_patch_size <= config->image_size ||
         fail (section, CLIP_ERROR_INVALID, error, "“patch_size” is larger than “image_size”");
}

/* A number, or height and width: then they must be the same. */
static gboolean
read_image_size (ClipConfig *config, const Section *section, GError **error)
{
  static const Size size = {"image_size", G_STRUCT_OFFSET (ClipConfig, image_size), 224, MAX_IMAGE};
  const ClipJsonValue *value = look_up (section, size.name);
  if (value == NULL || value->kind != CLIP_JSON_ARRAY)
    return read_size (section, &size, config, error);
  guint64 height, width;
  if (value->count != 2 || !clip_json_get_natural (value + 1, &height) ||
      !clip_json_get_natural (value + 2, &width) || height < 1 || height > size.most)
    return fail (section, CLIP_ERROR_INVALID, error, "“image_size” is not two sizes up to %u",
                 size.most);
  config->image_size = (guint)height;
  return height == width || fail (section, CLIP_ERROR_UNSUPPORTED, error,
                                  "an “image_size” that is not square is not supported");
}

static gboolean
read_vision (ClipConfig *config, const Section *section, GError **error)
{
  if (!check_settings (section, vision_settings, error) ||
      !read_image_size (config, section, error))
    return FALSE;
  const ClipJsonValue *trunk = look_up (section, "timm_model_name");
  if (trunk == NULL)
    return read_vit (config, section, error);
  if (trunk->kind != CLIP_JSON_STRING)
    return fail (section, CLIP_ERROR_INVALID, error, "“timm_model_name” is not a string");
  return read_trunk (config, section, trunk->string, error);
}

/* ---- The text tower ---------------------------------------------------------------------- */

static const Known text_settings[] = {
    {"context_length"},
    {"vocab_size", G_STRINGIFY (VOCABULARY)},
    {"width"},
    {"heads"},
    {"layers"},
    {"pad_id"},
    {"eos_id"},
    {"hf_tokenizer_name"},
    {"hf_model_pretrained"},
    {"hf_proj_type"},
    {"hf_pooler_type"},
    {"mlp_ratio", "4"},
    {"pool_type", "argmax"},
    {"proj_type", "linear"},
    {"block_type", "default"},
    {NULL},
};

static const Size text_sizes[] = {
    {"context_length", G_STRUCT_OFFSET (ClipConfig, context_length), 77, MAX_CONTEXT},
    {"vocab_size", G_STRUCT_OFFSET (ClipConfig, vocab_size), VOCABULARY, VOCABULARY},
    {"width", G_STRUCT_OFFSET (ClipConfig, text_width), 512, MAX_WIDTH},
    {"heads", G_STRUCT_OFFSET (ClipConfig, text_heads), 8, MAX_WIDTH},
    {"layers", G_STRUCT_OFFSET (ClipConfig, text_layers), 12, MAX_LAYERS},
    {NULL},
};

static gboolean
read_text (ClipConfig *config, const Section *section, GError **error)
{
  if (!check_settings (section, text_settings, error) ||
      !read_sizes (section, text_sizes, config, error))
    return FALSE;
  return config->text_width % config->text_heads == 0 ||
         fail (section, CLIP_ERROR_INVALID, error, "“width” is no multiple of “heads”");
}

/* ---- Preprocessing ----------------------------------------------------------------------- */

static const Known preprocess_settings[] = {
    {"size"}, /* the image tower's counts */
    {"mean"},
    {"std"},
    {"fill_color"},
    {"mode", "RGB"},
    {"interpolation", "bicubic"},
    {"resize_mode", "shortest"},
    {NULL},
};

static gboolean
read_channels (const Section *section, const char *name, float channels[3], GError **error)
{
  const ClipJsonValue *value = look_up (section, name);
  if (value == NULL)
    return TRUE;
  gboolean good = value->kind == CLIP_JSON_ARRAY && value->count == 3;
  for (guint i = 0; good && i < 3; i++) {
    double number;
    good = clip_json_get_number (value + 1 + i, &number) && ABS (number) < 1000;
    channels[i] = good ? (float)number : 0;
  }
  return good ||
         fail (section, CLIP_ERROR_INVALID, error, "“%s” is not three sensible numbers", name);
}

static gboolean
read_preprocess (ClipConfig *config, const Section *section, GError **error)
{
  static const float mean[3] = {0.48145466f, 0.4578275f, 0.40821073f};
  static const float std[3] = {0.26862954f, 0.26130258f, 0.27577711f};
  memcpy (config->mean, mean, sizeof mean);
  memcpy (config->std, std, sizeof std);
  if (!check_settings (section, preprocess_settings, error) ||
      !read_channels (section, "mean", config->mean, error) ||
      !read_channels (section, "std", config->std, error))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (config->std[i] < 1e-3f)
      return fail (section, CLIP_ERROR_INVALID, error, "“std” is not above 0.001");
  return TRUE;
}

/* ---- The whole --------------------------------------------------------------------------- */

static const Known model_settings[] = {
    {"embed_dim"},
    {"vision_cfg"},
    {"text_cfg"},
    {"quick_gelu"},
    {"custom_text"}, /* only names the text tower's tensors otherwise */
    {"init_logit_scale"},
    {"nonscalar_logit_scale"},
    {NULL},
};

static gboolean
read_model (ClipConfig *config, const Section *model, GError **error)
{
  static const Size embed_dim = {"embed_dim", G_STRUCT_OFFSET (ClipConfig, embed_dim), 0,
                                 MAX_WIDTH};
  Section vision = {model->file, "vision_cfg", NULL}, text = {model->file, "text_cfg", NULL};
  const ClipJsonValue *quick_gelu = look_up (model, "quick_gelu");
  config->quick_gelu = quick_gelu != NULL && !is_off (quick_gelu);
  return check_settings (model, model_settings, error) &&
         read_size (model, &embed_dim, config, error) &&
         open_section (&vision, model->object, TRUE, error) &&
         read_vision (config, &vision, error) && open_section (&text, model->object, TRUE, error) &&
         read_text (config, &text, error);
}

gboolean
clip_config_parse (ClipConfig *config, const guint8 *data, gsize size, const char *file,
                   GError **error)
{
  Section model = {file, "model_cfg", NULL}, preprocess = {file, "preprocess_cfg", NULL};
  *config = (ClipConfig){0};
  if (size > MAX_FILE) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: too long for a configuration", file);
    return FALSE;
  }
  g_autoptr (ClipJson) json = clip_json_parse (data, size, file, error);
  if (json == NULL)
    return FALSE;
  const ClipJsonValue *root = clip_json_get_root (json);
  return open_section (&model, root, TRUE, error) && read_model (config, &model, error) &&
         open_section (&preprocess, root, FALSE, error) &&
         read_preprocess (config, &preprocess, error);
}

gboolean
clip_config_read (ClipConfig *config, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "open_clip_config.json", NULL);
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, error);
  if (mapping == NULL)
    return FALSE;
  gsize size;
  const guint8 *data = clip_mapping_get_data (mapping, &size);
  if (clip_config_parse (config, data, size, path, error))
    return clip_mapping_check (mapping, error);
  clip_mapping_explain (mapping, error);
  return FALSE;
}
