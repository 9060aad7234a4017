/* status-bar.c: the slim line at the bottom. */
#include "config.h"

#include "status-bar.h"

#include "text-format.h"

#include <glib/gi18n.h>

/* Slow on purpose: each step draws a frame, and indexing has better use for the processor. */
#define PULSE_MS 200

struct _InkStatusBar {
  GtkWidget parent_instance;

  GtkProgressBar *progress;
  GtkLabel *label;
  GtkButton *pause;
  GtkWidget *failures;
  GtkLabel *failures_label;
  GtkAdjustment *zoom;
  GtkWidget *slider;

  InkSession *session;
  char *summary;
  guint pulse; /* source id: moves the bar while the total is unknown */
};

G_DEFINE_FINAL_TYPE (InkStatusBar, ink_status_bar, GTK_TYPE_WIDGET)

static gboolean
pulse_cb (gpointer data)
{
  gtk_progress_bar_pulse (INK_STATUS_BAR (data)->progress);
  return G_SOURCE_CONTINUE;
}

static void
update_bar (InkStatusBar *self, const InkIndexProgress *progress)
{
  double fraction = ink_format_fraction (progress);
  gboolean busy = progress->state != INK_INDEX_IDLE || progress->to_prepare > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
  if (busy && fraction < 0 && !self->pulse)
    self->pulse = g_timeout_add (PULSE_MS, pulse_cb, self);
  if (!busy || fraction >= 0)
    g_clear_handle_id (&self->pulse, g_source_remove);
  if (fraction >= 0)
    gtk_progress_bar_set_fraction (self->progress, fraction);
}

static void
update_pause (InkStatusBar *self, const InkIndexProgress *progress)
{
  gboolean paused = progress->state == INK_INDEX_PAUSED;
  const char *name = paused ? _ ("Continue Indexing") : _ ("Pause Indexing");

  gtk_widget_set_visible (GTK_WIDGET (self->pause), progress->state != INK_INDEX_IDLE);
  gtk_button_set_icon_name (self->pause, paused ? "media-playback-start-symbolic"
                                                : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
update_failures (InkStatusBar *self)
{
  guint photos, failed;

  ink_session_get_counts (self->session, &photos, &failed);
  g_autofree char *count = ink_format_count (failed);
  g_autofree char *text =
      /* Translators: a button that lists the files; %s is their number. */
      g_strdup_printf (ngettext ("%s file can’t be read", "%s files can’t be read", failed), count);
  gtk_label_set_label (self->failures_label, text);
  gtk_widget_set_visible (self->failures, failed > 0 && !ink_session_is_indexing (self->session));
}

static void
update (InkStatusBar *self)
{
  const InkIndexProgress *progress = ink_session_get_progress (self->session);
  g_autofree char *line = ink_format_progress (progress);

  gtk_label_set_label (self->label, line[0] ? line : self->summary);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), line[0] ? line : NULL);
  update_bar (self, progress);
  update_pause (self, progress);
  update_failures (self);
}

static void
pause_clicked_cb (InkStatusBar *self)
{
  gboolean paused = ink_session_get_progress (self->session)->state == INK_INDEX_PAUSED;

  ink_session_set_paused (self->session, !paused);
}

static void
ink_status_bar_dispose (GObject *object)
{
  InkStatusBar *self = INK_STATUS_BAR (object);
  GtkWidget *child;

  g_clear_handle_id (&self->pulse, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ink_status_bar_parent_class)->dispose (object);
}

static void
ink_status_bar_finalize (GObject *object)
{
  g_free (INK_STATUS_BAR (object)->summary);
  G_OBJECT_CLASS (ink_status_bar_parent_class)->finalize (object);
}

static void
ink_status_bar_class_init (InkStatusBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ink_status_bar_dispose;
  object_class->finalize = ink_status_bar_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/status-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, progress);
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, label);
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, pause);
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, failures);
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, failures_label);
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, zoom);
  gtk_widget_class_bind_template_child (widget_class, InkStatusBar, slider);
  gtk_widget_class_bind_template_callback (widget_class, pause_clicked_cb);
  gtk_widget_class_set_css_name (widget_class, "statusbar");
}

static void
ink_status_bar_init (InkStatusBar *self)
{
  self->summary = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_status_bar_set_session (InkStatusBar *self, InkSession *session)
{
  g_set_object (&self->session, session);
  g_signal_connect_object (session, "progress", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
ink_status_bar_set_summary (InkStatusBar *self, const char *summary)
{
  g_free (self->summary);
  self->summary = g_strdup (summary);
  update (self);
}

GtkAdjustment *
ink_status_bar_get_zoom (InkStatusBar *self)
{
  return self->zoom;
}

const char *
ink_status_bar_get_summary (InkStatusBar *self)
{
  return self->summary;
}

void
ink_status_bar_set_narrow (InkStatusBar *self, gboolean narrow)
{
  gtk_widget_set_visible (self->slider, !narrow);
  gtk_label_set_wrap (self->label, narrow);
  gtk_label_set_lines (self->label, narrow ? 2 : 1);
}
