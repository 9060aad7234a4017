/* model-question.h: what is asked before a model is used, or downloaded. */
#pragma once

#include "library/library.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @name: of the model or of the offer */
typedef void (*InkModelAnswerFunc) (gpointer data, gboolean agreed, const char *name,
                                    guint image_size);

/**
 * ink_model_question_use:
 * @photos: how many it has to look at
 * @bytes: about what that takes on the disk
 * @data: lives until the answer
 *
 * The notice about a model is part of the question until the model was used once.
 */
void ink_model_question_use (GtkWindow *parent, const InkModelEntry *entry, guint image_size,
                             guint photos, guint64 bytes, InkModelAnswerFunc func, GObject *data);

/* Where there is not the room for it, that is said, and the answer is no. */
void
ink_model_question_download (GtkWindow *parent, const InkModelOffer *offer,
                             const InkDownloadPlan *plan, InkModelAnswerFunc func, GObject *data);

G_END_DECLS
