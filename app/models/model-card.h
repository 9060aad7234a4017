/* model-card.h: what a model folder says of itself. Private to models/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): the licence that the front matter of README.md names, else
 * the name of the file that tells of licences */
char *ink_model_card_get_licence (const char *folder);

/* Reads length of embeddings and image size from open_clip_config.json; 0 where it does not tell:
 * the engine alone decides whether a configuration is sound. */
void ink_model_card_get_facts (const char *folder, guint *dims, guint *image_size);

G_END_DECLS
