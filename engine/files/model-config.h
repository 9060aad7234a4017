/* model-config.h: open_clip_config.json, checked and with its defaults filled in. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  CLIP_FAMILY_CONVNEXT,
  CLIP_FAMILY_VIT,
  CLIP_FAMILY_EFFICIENTNET_LITE0,
} ClipFamily;

typedef struct {
  guint embed_dim;
  gboolean quick_gelu; /* x · sigmoid(1.702 x) instead of erf GELU, in ViT and text towers only */

  ClipFamily family;
  guint image_size;
  float vision_norm_eps; /* epsilon of the image tower's LayerNorms; EfficientNet has none */
  gboolean mlp_head;     /* timm_proj "mlp" rather than "linear" */
  guint vision_width, vision_layers, vision_head_width, vision_patch_size; /* ViT only */

  guint context_length;
  guint vocab_size;
  guint text_width, text_heads, text_layers;

  float mean[3], std[3]; /* of the picture's channels, in [0, 1] */
} ClipConfig;

/**
 * clip_config_read:
 *
 * Reads and checks @folder/open_clip_config.json. What would make the towers compute something
 * else than this engine does is refused with %CLIP_ERROR_UNSUPPORTED and the setting's name;
 * what can't be, with %CLIP_ERROR_INVALID.
 */
gboolean clip_config_read (ClipConfig *config, const char *folder, GError **error);

/* The same for a text that is in memory; @file is what messages call it. */
gboolean clip_config_parse (ClipConfig *config, const guint8 *data, gsize size, const char *file,
                            GError **error);

G_END_DECLS
