/* background.c: indexing that goes on after the window was closed. */
#include "config.h"

#include "background.h"

#include "text-format.h"

#include <glib/gi18n.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.Background"

/* The portal shows no more of a status, in characters. */
#define MOST_STATUS 95

/* So often the status is written anew. */
#define STATUS_SECONDS 5

struct _InkBackground {
  GApplication *application;
  InkSession *session;
  gulong progress, counted; /* handler ids */
  gint64 status_time;
  void (*done) (gpointer data);
  gpointer data;
};

/* Without a portal indexing goes on all the same: nothing waits for an answer. */
static void
call_portal (InkBackground *self, const char *method, GVariant *arguments)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (arguments);

  if (bus)
    g_dbus_connection_call (bus, PORTAL, PORTAL_PATH, PORTAL_INTERFACE, method, sunk, NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
request (InkBackground *self)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  /* Translators: why the program asks to run without a window. */
  g_variant_builder_add (&options, "{sv}", "reason",
                         g_variant_new_string (_ ("Indexing your photos")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (FALSE));
  call_portal (self, "RequestBackground", g_variant_new ("(sa{sv})", "", &options));
}

static void
set_status (InkBackground *self)
{
  g_autofree char *line = ink_format_progress (ink_session_get_progress (self->session));
  g_autofree char *text = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), MOST_STATUS));
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "message", g_variant_new_string (text));
  call_portal (self, "SetStatus", g_variant_new ("(a{sv})", &options));
}

static void
notify (InkBackground *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Your Photos Are Ready"));
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  guint photos, failed;

  ink_session_get_counts (self->session, &photos, &failed);
  g_autofree char *count = ink_format_count (photos);
  g_autofree char *body =
      /* Translators: %s is a number. */
      g_strdup_printf (
          ngettext ("%s photo can be found now.", "%s photos can be found now.", photos), count);
  g_notification_set_body (notification, body);
  g_application_send_notification (self->application, "indexed", notification);
  if (bus) /* the program may end next */
    g_dbus_connection_flush_sync (bus, NULL, NULL);
}

/* The counts that the end of indexing brought. */
static void
counted_cb (InkBackground *self)
{
  if (ink_session_is_indexing (self->session))
    return;
  g_clear_signal_handler (&self->progress, self->session);
  g_clear_signal_handler (&self->counted, self->session);
  notify (self);
  self->done (self->data);
}

static void
progress_cb (InkBackground *self)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->status_time < STATUS_SECONDS * G_USEC_PER_SEC)
    return;
  self->status_time = now;
  set_status (self);
}

InkBackground *
ink_background_new (GApplication *application, InkSession *session, void (*done) (gpointer data),
                    gpointer data)
{
  InkBackground *self = g_new0 (InkBackground, 1);

  self->application = g_object_ref (application);
  self->session = g_object_ref (session);
  self->done = done;
  self->data = data;
  self->progress = g_signal_connect_swapped (session, "progress", G_CALLBACK (progress_cb), self);
  self->counted =
      g_signal_connect_swapped (session, "folders-changed", G_CALLBACK (counted_cb), self);
  g_application_hold (application);
  request (self);
  progress_cb (self);
  return self;
}

void
ink_background_free (InkBackground *self)
{
  g_clear_signal_handler (&self->progress, self->session);
  g_clear_signal_handler (&self->counted, self->session);
  g_application_release (self->application);
  g_object_unref (self->application);
  g_object_unref (self->session);
  g_free (self);
}
