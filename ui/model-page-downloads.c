/* model-page-downloads.c: the page with the models downloads one: it asks, follows, and offers what
 * has come. */
#include "config.h"

#include "model-page-private.h"
#include "model-question.h"

#include <glib/gi18n.h>

static void
download_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkModelPage *self = INK_MODEL_PAGE (widget);
  InkLibrary *library = ink_session_get_library (self->session);
  g_autoptr (InkModelOffer) offer =
      ink_model_offers_find (g_variant_get_string (parameter, NULL), NULL);

  if (library && offer)
    ink_model_download_ask (ink_session_get_download (self->session), library, offer);
}

static void
download_answered_cb (gpointer data, gboolean agreed, const char *name, guint image_size)
{
  InkModelPage *self = data;

  if (!self->session)
    return;
  if (agreed)
    ink_model_download_start (ink_session_get_download (self->session));
  else
    ink_model_download_cancel (ink_session_get_download (self->session), FALSE);
}

/* One at a time. */
static void
allow_download (InkModelPage *self)
{
  InkDownloadState state = ink_model_download_get_state (ink_session_get_download (self->session));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "model.download", state == INK_DOWNLOAD_NONE);
}

/* It is asked about as soon as its size is known. */
static void
download_changed_cb (InkModelPage *self)
{
  InkModelDownload *download = ink_session_get_download (self->session);
  InkDownloadState state = ink_model_download_get_state (download);

  allow_download (self);
  if (state == INK_DOWNLOAD_ASKED)
    ink_model_question_download (
        ink_model_page_get_window (self), ink_model_download_get_offer (download),
        ink_model_download_get_plan (download), download_answered_cb, G_OBJECT (self));
  if (state == INK_DOWNLOAD_NONE)
    ink_model_page_read (self);
}

static void
toast_clicked_cb (InkModelPage *self, AdwToast *toast)
{
  ink_model_page_plan (self, g_object_get_data (G_OBJECT (toast), "name"), 0);
}

static void
downloaded_cb (InkModelPage *self, const char *name)
{
  /* Translators: %s is the name of a model. */
  g_autofree char *message = g_strdup_printf (_ ("“%s” was added"), name);
  g_autofree char *text = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, _ ("_Use"));
  g_object_set_data_full (G_OBJECT (toast), "name", g_strdup (name), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (toast_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (ink_model_page_get_window (self)),
                                    toast);
}

void
ink_model_page_install_download_action (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "model.download", "s", download_action);
}

void
ink_model_page_follow_download (InkModelPage *self)
{
  InkModelDownload *download = ink_session_get_download (self->session);

  g_signal_connect_object (download, "changed", G_CALLBACK (download_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (download, "finished", G_CALLBACK (downloaded_cb), self,
                           G_CONNECT_SWAPPED);
  ink_download_group_set_download (self->download_group, download);
  allow_download (self);
}
