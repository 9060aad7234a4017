/* download-group.c: the download of a model, as the model page shows it. */
#include "config.h"

#include "download-group.h"

#include <glib/gi18n.h>

struct _InkDownloadGroup {
  AdwPreferencesGroup parent_instance;

  AdwActionRow *row;
  GtkWidget *pause;
  GtkButton *go_on;
  GtkProgressBar *bar;

  InkModelDownload *download;
};

G_DEFINE_FINAL_TYPE (InkDownloadGroup, ink_download_group, ADW_TYPE_PREFERENCES_GROUP)

/* Returns: (transfer full) */
static char *
describe_amount (const InkDownloadPlan *plan)
{
  g_autofree char *here = g_format_size (plan->here);
  g_autofree char *total = g_format_size (plan->total);

  /* Translators: two sizes, such as "120 MB of 718 MB". */
  return g_strdup_printf (_ ("%s of %s"), here, total);
}

/* Returns: (transfer full) */
static char *
describe (InkModelDownload *download)
{
  g_autofree char *amount = describe_amount (ink_model_download_get_plan (download));

  switch (ink_model_download_get_state (download)) {
  case INK_DOWNLOAD_ASKING:
  case INK_DOWNLOAD_ASKED:
    return g_strdup (_ ("Asking how large it is…"));
  case INK_DOWNLOAD_PAUSED:
    /* Translators: %s is such as "120 MB of 718 MB". */
    return g_strdup_printf (_ ("Paused at %s"), amount);
  case INK_DOWNLOAD_FAILED:
    return g_strdup (ink_model_download_get_error (download)->message);
  case INK_DOWNLOAD_RUNNING:
  case INK_DOWNLOAD_NONE:
  default:
    return g_steal_pointer (&amount);
  }
}

static void
update (InkDownloadGroup *self)
{
  const InkModelOffer *offer = ink_model_download_get_offer (self->download);
  const InkDownloadPlan *plan = ink_model_download_get_plan (self->download);
  InkDownloadState state = ink_model_download_get_state (self->download);
  gboolean stands = state == INK_DOWNLOAD_PAUSED || state == INK_DOWNLOAD_FAILED;

  gtk_widget_set_visible (GTK_WIDGET (self), offer && state != INK_DOWNLOAD_NONE);
  if (!offer)
    return;
  g_autofree char *text = describe (self->download);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), offer->title);
  adw_action_row_set_subtitle (self->row, text);
  gtk_widget_set_visible (self->pause, state == INK_DOWNLOAD_RUNNING);
  gtk_widget_set_visible (GTK_WIDGET (self->go_on), stands);
  gtk_button_set_label (self->go_on,
                        /* Translators: goes on with a download. */
                        state == INK_DOWNLOAD_PAUSED ? _ ("C_ontinue") : _ ("_Try Again"));
  gtk_widget_set_visible (GTK_WIDGET (self->bar), plan->total > 0);
  if (plan->total > 0)
    gtk_progress_bar_set_fraction (self->bar, (double)plan->here / (double)plan->total);
}

static void
pause_clicked_cb (InkDownloadGroup *self)
{
  ink_model_download_pause (self->download);
  gtk_widget_grab_focus (GTK_WIDGET (self->go_on)); /* the button that was pressed is gone */
}

static void
go_on_clicked_cb (InkDownloadGroup *self)
{
  ink_model_download_start (self->download);
  gtk_widget_grab_focus (self->pause);
}

static void
cancel_clicked_cb (InkDownloadGroup *self)
{
  ink_model_download_cancel (self->download, TRUE);
}

static void
ink_download_group_dispose (GObject *object)
{
  g_clear_object (&INK_DOWNLOAD_GROUP (object)->download);
  G_OBJECT_CLASS (ink_download_group_parent_class)->dispose (object);
}

static void
ink_download_group_class_init (InkDownloadGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_download_group_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/inkling_app/Inkling/ui/download-group.ui");
  gtk_widget_class_bind_template_child (widget_class, InkDownloadGroup, row);
  gtk_widget_class_bind_template_child (widget_class, InkDownloadGroup, pause);
  gtk_widget_class_bind_template_child (widget_class, InkDownloadGroup, go_on);
  gtk_widget_class_bind_template_child (widget_class, InkDownloadGroup, bar);
  gtk_widget_class_bind_template_callback (widget_class, pause_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
ink_download_group_init (InkDownloadGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_download_group_set_download (InkDownloadGroup *self, InkModelDownload *download)
{
  g_return_if_fail (!self->download);

  self->download = g_object_ref (download);
  g_signal_connect_object (download, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
