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
  float vision_norm_eps; /* epsilon of the image tower's LayerNorms */
  gboolean mlp_head;     /* timm_proj "mlp" rather than "linear" */
  guint vision_width, vision_layers, vision_head_width, vision_patch_size; /* ViT only */

  guint context_length;
  guint vocab_size;
  guint text_width, text_heads, text_layers;

  float mean[3], std[3]; /* of the picture's channels, in [0, 1] */
} ClipConfig;

/* Reads and checks @folder/open_clip_config.json. */
gboolean clip_config_read (ClipConfig *config, const char *folder, GError **error);

G_END_DECLS
