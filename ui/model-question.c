/* model-question.c: what is asked before a model is used, or downloaded. */
#include "config.h"

#include "model-question.h"

#include "model-rows.h"
#include "text-format.h"

#include <glib/gi18n.h>

typedef struct {
  char *name;
  guint image_size;
  InkModelAnswerFunc func;
  GObject *data;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_free (question->name);
  g_object_unref (question->data);
  g_free (question);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  const Question *question = data;

  question->func (question->data, g_str_equal (response, "agree"), question->name,
                  question->image_size);
}

/* @agree: (nullable): the button's label; %NULL where there is nothing to agree to
 * @question: (transfer full) */
static void
ask (GtkWindow *parent, const char *heading, const char *body, const char *agree,
     Question *question)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));

  g_object_ref (question->data);
  adw_message_dialog_add_response (dialog, "cancel", agree ? _ ("_Cancel") : _ ("_Close"));
  if (agree) {
    adw_message_dialog_add_response (dialog, "agree", agree);
    adw_message_dialog_set_response_appearance (dialog, "agree", ADW_RESPONSE_SUGGESTED);
  }
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static Question *
question_new (const char *name, guint image_size, InkModelAnswerFunc func, GObject *data)
{
  Question *question = g_new0 (Question, 1);

  question->name = g_strdup (name);
  question->image_size = image_size;
  question->func = func;
  question->data = data;
  return question;
}

/* What has to be known of a model: a paragraph each. */
static void
append_notice (GString *body, const char *licence)
{
  g_string_append (body, ink_library_get_model_notice ());
  g_string_append (body, "\n\n");
  if (licence)
    /* Translators: %s is the name of a licence, such as "MIT". */
    g_string_append_printf (body, _ ("Its licence: %s."), licence);
  else
    g_string_append (body, _ ("It does not say what its licence is."));
}

void
ink_model_question_use (GtkWindow *parent, const InkModelEntry *entry, guint image_size,
                        guint photos, guint64 bytes, InkModelAnswerFunc func, GObject *data)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *count = ink_format_count (photos);
  g_autofree char *size = g_format_size (bytes);
  g_autofree char *heading = NULL;

  if (image_size == 0)
    /* Translators: %s is the name of a model. */
    heading = g_strdup_printf (_ ("Use “%s”?"), ink_model_entry_get_title (entry));
  else
    /* Translators: the name of a model, and its resolution. */
    heading = g_strdup_printf (_ ("Use “%s” at %u Pixels?"), ink_model_entry_get_title (entry),
                               image_size);
  if (photos > 0)
    /* Translators: a number, and a size such as "12 MB". */
    g_string_append_printf (
        body,
        ngettext ("It looks at your %s photo anew, which takes about %s on the "
                  "disk. Searches use the present model until that is done.",
                  "It looks at your %s photos anew, which takes about %s on "
                  "the disk. Searches use the present model until that is done.",
                  photos),
        count, size);
  else
    g_string_append (body, _ ("It has seen all of your photos."));
  if (!entry->starter && !entry->used) {
    g_string_append (body, "\n\n");
    append_notice (body, entry->licence);
  }
  ask (parent, heading, body->str,
       entry->starter || entry->used ? _ ("_Use") : _ ("_Agree and Use"),
       question_new (entry->name, image_size, func, data));
}

void
ink_model_question_download (GtkWindow *parent, const InkModelOffer *offer,
                             const InkDownloadPlan *plan, InkModelAnswerFunc func, GObject *data)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *page = ink_models_get_page (offer);
  g_autofree char *total = g_format_size (plan->total);
  g_autofree char *here = g_format_size (plan->here);
  g_autofree char *left = g_format_size (plan->total - plan->here);
  g_autofree char *room = g_format_size (plan->free_bytes);
  gboolean fits = plan->total - plan->here <= plan->free_bytes;
  /* Translators: %s is the title of a model. */
  g_autofree char *heading = g_strdup_printf (_ ("Download “%s”?"), offer->title);

  if (!fits) {
    /* Translators: two sizes, such as "718 MB". */
    g_string_append_printf (body,
                            _ ("It needs %s more on the disk, where only %s are free. Make "
                               "room, then try again."),
                            left, room);
  } else {
    /* Translators: a size, and a web address. */
    g_string_append_printf (body, _ ("%s from %s."), total, page);
    if (plan->here > 0)
      /* Translators: a size; the space at the beginning parts it from the sentence before. */
      g_string_append_printf (body, _ (" %s of them are here already."), here);
    if (plan->free_bytes != G_MAXUINT64)
      /* Translators: a size; the space at the beginning parts it from the sentence before. */
      g_string_append_printf (body, _ (" %s are free on the disk."), room);
    g_string_append (body, "\n\n");
    append_notice (body, offer->licence);
  }
  ask (parent, heading, body->str, fits ? _ ("_Download") : NULL,
       question_new (offer->name, 0, func, data));
}
