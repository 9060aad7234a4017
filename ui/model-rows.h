/* model-rows.h: the rows of the model page. Their buttons call actions of the page, with the name
 * of the model or of the offer:
 *
 *   model.use, model.verify, model.remove    a model that is here
 *   model.download, model.discard            one that can be had
 *   model.read                               a text or a page: an address
 */
#pragma once

#include "library/library.h"
#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *ink_model_row_new (const InkModelEntry *entry);

/* @downloaded: bytes that an earlier download left */
GtkWidget *ink_offer_row_new (const InkModelOffer *offer, guint64 downloaded);

/* Returns: (transfer none): what people call a model */
const char *ink_model_entry_get_title (const InkModelEntry *entry);

G_END_DECLS
