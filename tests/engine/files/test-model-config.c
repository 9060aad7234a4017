/* test-model-config.c: configurations that OpenCLIP models have, and ones that must be refused. */
#include "clip.h"
#include "files/model-config.h"
#include "support/expect.h"
#include "support/folder.h"
#include "support/make-model.h"

#include <string.h>

#define CONVNEXT                                                                                   \
  "{\"model_cfg\":{\"embed_dim\":640,\"vision_cfg\":{\"timm_model_name\":\"convnext_base\","       \
  "\"timm_model_pretrained\":false,\"timm_pool\":\"\",\"timm_proj\":\"linear\",\"timm_drop\":0.0," \
  "\"timm_drop_path\":0.1,\"image_size\":320},\"text_cfg\":{\"context_length\":77,"                \
  "\"vocab_size\":49408,\"width\":640,\"heads\":10,\"layers\":12}},"                               \
  "\"preprocess_cfg\":{\"mean\":[0.25,0,1],\"std\":[0.5,2,1]}}"
#define VIT                                                                                        \
  "{\"model_cfg\":{\"embed_dim\":512,\"quick_gelu\":true,\"vision_cfg\":{\"image_size\":224,"      \
  "\"layers\":12,\"width\":768,\"patch_size\":32},\"text_cfg\":{\"width\":512,\"heads\":8,"        \
  "\"layers\":12}}}"
#define LITE                                                                                       \
  "{\"model_cfg\":{\"embed_dim\":512,\"vision_cfg\":{\"timm_model_name\":"                         \
  "\"tf_efficientnet_lite0\",\"timm_proj\":\"mlp\"},\"text_cfg\":{}}}"

static gboolean
parse (ClipConfig *config, const char *text, GError **error)
{
  return clip_config_parse (config, (const guint8 *)text, strlen (text), "c.json", error);
}

/* @text with @find, which must be in it, replaced. */
static char *
edit (const char *text, const char *find, const char *replacement)
{
  g_auto (GStrv) parts = g_strsplit (text, find, 2);
  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (replacement, parts);
}

static void
test_convnext (void)
{
  ClipConfig config;
  g_autoptr (GError) error = NULL;
  parse (&config, CONVNEXT, &error);
  g_assert_no_error (error);
  g_assert_cmpint (config.family, ==, CLIP_FAMILY_CONVNEXT);
  g_assert_cmpuint (config.embed_dim, ==, 640);
  g_assert_cmpuint (config.image_size, ==, 320);
  g_assert_cmpfloat (config.vision_norm_eps, ==, 1e-6f);
  g_assert_false (config.mlp_head);
  g_assert_false (config.quick_gelu);
  g_assert_cmpuint (config.text_width, ==, 640);
  g_assert_cmpuint (config.text_heads, ==, 10);
  g_assert_cmpuint (config.text_layers, ==, 12);
  g_assert_cmpfloat (config.mean[0], ==, 0.25f);
  g_assert_cmpfloat (config.mean[2], ==, 1);
  g_assert_cmpfloat (config.std[1], ==, 2);

  g_autofree char *large = edit (CONVNEXT, "convnext_base", "convnext_xxlarge");
  g_autofree char *mlp = edit (large, "\"linear\"", "\"mlp\"");
  parse (&config, mlp, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (config.vision_norm_eps, ==, 1e-5f);
  g_assert_true (config.mlp_head);
}

static void
test_defaults (void)
{
  static const float mean[] = {0.48145466f, 0.4578275f, 0.40821073f};
  static const float std[] = {0.26862954f, 0.26130258f, 0.27577711f};
  ClipConfig config;
  g_autoptr (GError) error = NULL;
  parse (&config, VIT, &error);
  g_assert_no_error (error);
  g_assert_cmpint (config.family, ==, CLIP_FAMILY_VIT);
  g_assert_true (config.quick_gelu);
  g_assert_cmpuint (config.vision_patch_size, ==, 32);
  g_assert_cmpuint (config.vision_head_width, ==, 64);
  g_assert_cmpfloat (config.vision_norm_eps, ==, 1e-5f);
  g_assert_cmpuint (config.context_length, ==, 77);
  g_assert_cmpuint (config.vocab_size, ==, 49408);
  g_assert_cmpmem (config.mean, sizeof config.mean, mean, sizeof mean);
  g_assert_cmpmem (config.std, sizeof config.std, std, sizeof std);

  parse (&config, "{\"model_cfg\":{\"embed_dim\":1,\"vision_cfg\":{},\"text_cfg\":{}}}", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config.image_size, ==, 224);
  g_assert_cmpuint (config.vision_layers, ==, 12);
  g_assert_cmpuint (config.vision_width, ==, 768);
  g_assert_cmpuint (config.vision_patch_size, ==, 16);
  g_assert_cmpuint (config.text_width, ==, 512);
  g_assert_cmpuint (config.text_heads, ==, 8);
  g_assert_cmpuint (config.text_layers, ==, 12);

  parse (&config, LITE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (config.family, ==, CLIP_FAMILY_EFFICIENTNET_LITE0);
  g_assert_true (config.mlp_head);
}

/* Settings that say what holds anyway. */
static void
test_harmless (void)
{
  static const struct {
    const char *find, *replacement;
  } cases[] = {
      {"\"layers\":12,", "\"layers\":12,\"timm_model_name\":null,"},
      {"\"layers\":12,", "\"layers\":12,\"mlp_ratio\":4.0,\"ls_init_value\":null,"},
      {"\"layers\":12,", "\"layers\":12,\"attentional_pool\":false,\"act_kwargs\":{},"},
      {"\"image_size\":224", "\"image_size\":[224,224]"},
      {"\"heads\":8,", "\"heads\":8,\"pool_type\":\"argmax\",\"pad_id\":0,"},
      {"\"heads\":8,", "\"heads\":8,\"hf_model_name\":\"\","},
      {"\"quick_gelu\":true", "\"quick_gelu\":true,\"custom_text\":true"},
      {"}}}", "}},\"preprocess_cfg\":null}"},
      {"}}}", "}},\"preprocess_cfg\":{\"size\":384,\"interpolation\":\"bicubic\","
              "\"resize_mode\":\"shortest\",\"mode\":\"RGB\"}}"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = edit (VIT, cases[i].find, cases[i].replacement);
    ClipConfig config;
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    parse (&config, text, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (config.image_size, ==, 224);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *base, *find, *replacement;
    int code;
    const char *what;
  } cases[] = {
      {CONVNEXT, "convnext_base", "resnet50", CLIP_ERROR_UNSUPPORTED, "“resnet50”"},
      {CONVNEXT, "convnext_base", "convnextv2_base", CLIP_ERROR_UNSUPPORTED, "“convnextv2_base”"},
      {CONVNEXT, "\"convnext_base\"", "7", CLIP_ERROR_INVALID, "timm_model_name"},
      {CONVNEXT, "timm_pool\":\"", "timm_pool\":\"abs_attn", CLIP_ERROR_UNSUPPORTED, "timm_pool"},
      {CONVNEXT, "\"linear\"", "\"\"", CLIP_ERROR_UNSUPPORTED, "timm_proj"},
      {CONVNEXT, "\"timm_drop\":", "\"timm_proj_bias\":true,\"timm_drop\":", CLIP_ERROR_UNSUPPORTED,
       "timm_proj_bias"},
      {CONVNEXT, "\"embed_dim\":640,", "", CLIP_ERROR_INVALID, "“embed_dim” is missing"},
      {CONVNEXT, "640", "0", CLIP_ERROR_INVALID, "embed_dim"},
      {CONVNEXT, "640", "-640", CLIP_ERROR_INVALID, "embed_dim"},
      {CONVNEXT, "640", "640.0", CLIP_ERROR_INVALID, "embed_dim"},
      {CONVNEXT, "640", "\"640\"", CLIP_ERROR_INVALID, "embed_dim"},
      {CONVNEXT, "640", "18446744073709551615", CLIP_ERROR_INVALID, "embed_dim"},
      {CONVNEXT, "320", "1000000", CLIP_ERROR_INVALID, "image_size"},
      {CONVNEXT, "320", "[320,256]", CLIP_ERROR_UNSUPPORTED, "image_size"},
      {CONVNEXT, "320", "[320]", CLIP_ERROR_INVALID, "image_size"},
      {CONVNEXT, "320", "[[],320]", CLIP_ERROR_INVALID, "image_size"},
      {CONVNEXT, "49408", "32000", CLIP_ERROR_UNSUPPORTED, "vocab_size"},
      {CONVNEXT, "\"context_length\":77", "\"context_length\":0", CLIP_ERROR_INVALID,
       "context_length"},
      {CONVNEXT, "\"heads\":10", "\"heads\":9", CLIP_ERROR_INVALID, "text_cfg: “width”"},
      {CONVNEXT, "\"heads\":10", "\"heads\":10,\"hf_model_name\":\"roberta-base\"",
       CLIP_ERROR_UNSUPPORTED, "“hf_model_name” = roberta-base"},
      {CONVNEXT, "\"heads\":10", "\"heads\":10,\"pool_type\":\"last\"", CLIP_ERROR_UNSUPPORTED,
       "pool_type"},
      {CONVNEXT, "\"heads\":10", "\"heads\":10,\"no_causal_mask\":true", CLIP_ERROR_UNSUPPORTED,
       "no_causal_mask"},
      {CONVNEXT, "\"heads\":10", "\"heads\":10,\"norm_kwargs\":{\"eps\":1e-6}",
       CLIP_ERROR_UNSUPPORTED, "norm_kwargs"},
      {CONVNEXT, "\"heads\":10", "\"heads\":10,\"invented_later\":3", CLIP_ERROR_UNSUPPORTED,
       "invented_later"},
      {CONVNEXT, "\"text_cfg\"", "\"multimodal_cfg\":{\"width\":1},\"text_cfg\"",
       CLIP_ERROR_UNSUPPORTED, "multimodal_cfg"},
      {CONVNEXT, "\"text_cfg\"", "\"other\"", CLIP_ERROR_UNSUPPORTED, "other"},
      {CONVNEXT, "\"model_cfg\"", "\"cfg\"", CLIP_ERROR_INVALID, "model_cfg"},
      {CONVNEXT, "[0.25,0,1]", "[0.25,0]", CLIP_ERROR_INVALID, "“mean”"},
      {CONVNEXT, "[0.25,0,1]", "0.5", CLIP_ERROR_INVALID, "“mean”"},
      {CONVNEXT, "[0.5,2,1]", "[0.5,0,1]", CLIP_ERROR_INVALID, "“std”"},
      {CONVNEXT, "\"std\"", "\"interpolation\":\"bilinear\",\"std\"", CLIP_ERROR_UNSUPPORTED,
       "interpolation"},
      {CONVNEXT, "\"std\"", "\"resize_mode\":\"squash\",\"std\"", CLIP_ERROR_UNSUPPORTED,
       "resize_mode"},
      {CONVNEXT, "\"std\"", "\"mean\":[1,1,1],\"std\"", CLIP_ERROR_INVALID, "“mean” twice"},
      {VIT, "\"layers\":12", "\"layers\":[3,4,6,3]", CLIP_ERROR_UNSUPPORTED, "ResNet"},
      {VIT, "768", "760", CLIP_ERROR_INVALID, "head_width"},
      {VIT, "\"patch_size\":32", "\"patch_size\":225", CLIP_ERROR_INVALID, "patch_size"},
      {VIT, "\"patch_size\"", "\"mlp_ratio\":4.9,\"patch_size\"", CLIP_ERROR_UNSUPPORTED,
       "mlp_ratio"},
      {LITE, "\"mlp\"", "\"linear\"", CLIP_ERROR_UNSUPPORTED, "timm_proj"},
      {LITE, "{}", "[]", CLIP_ERROR_INVALID, "text_cfg"},
      {LITE, "{\"model_cfg\"", "[\"model_cfg\"", CLIP_ERROR_INVALID, "JSON byte"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = edit (cases[i].base, cases[i].find, cases[i].replacement);
    ClipConfig config;
    g_autoptr (GError) error = NULL;
    g_test_message ("case %zu", i);
    g_assert_false (parse (&config, text, &error));
    expect_clip_error (&error, cases[i].code, "c.json", cases[i].what);
  }
}

static void
test_file (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  ClipConfig config;
  g_assert_false (clip_config_read (&config, folder, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, folder, "open_clip_config.json");
  test_folder_write (folder, "open_clip_config.json", "", 0);
  g_assert_false (clip_config_read (&config, folder, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, folder, "open_clip_config.json");
  g_autofree char *spaces = g_strnfill (2 << 20, ' ');
  test_folder_write (folder, "open_clip_config.json", spaces, 2 << 20);
  g_assert_false (clip_config_read (&config, folder, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, folder, "too long");

  make_model ("tiny-vit", folder, CLIP_DTYPE_F32, &error);
  g_assert_no_error (error);
  clip_config_read (&config, folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (config.family, ==, CLIP_FAMILY_VIT);
  g_assert_true (config.quick_gelu);
  g_assert_cmpuint (config.vision_width, ==, 128);
  g_assert_cmpuint (config.image_size, ==, 80);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-config/convnext", test_convnext);
  g_test_add_func ("/model-config/defaults", test_defaults);
  g_test_add_func ("/model-config/harmless", test_harmless);
  g_test_add_func ("/model-config/refused", test_refused);
  g_test_add_func ("/model-config/file", test_file);
  return g_test_run ();
}
