/* application.c: the program: one instance a user, its command line and its actions. */
#include "config.h"

#include "application.h"

#include "background.h"
#include "environment.h"
#include "session.h"
#include "shell-search.h"
#include "window.h"

#include <glib/gi18n.h>

struct _InkApplication {
  AdwApplication parent_instance;

  char *directory; /* of the library; NULL for the user's own */
  InkSession *session;
  InkBackground *background; /* nullable: indexing goes on without a window */
  gboolean erase;            /* at the end */

  InkShellSearch *shell_search; /* nullable: only on a bus */
};

/* Without a window, the program ends when the overview has not asked it anything for so long. */
#define IDLE_SECONDS 15

G_DEFINE_FINAL_TYPE (InkApplication, ink_application, ADW_TYPE_APPLICATION)

/* ---- Actions ------------------------------------------------------------------------------- */

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *parent = gtk_application_get_active_window (data);

  adw_show_about_window (parent, "application-name", "Inkling", "application-icon",
                         INK_APPLICATION_ID, "version", INK_VERSION, "developer-name",
                         /* Translators: who made the program. */
                         _ ("The Inkling authors"), "license-type", GTK_LICENSE_MIT_X11, "comments",
                         _ ("Finds photos on your computer by describing them. Nothing leaves "
                            "the computer."),
                         /* Translators: put your name here, one translator a line. */
                         "translator-credits", _ ("translator-credits"), NULL);
}

/* As the window's close button, so that indexing is asked about. */
static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (data);

  /* A dialog is closed with the window that it belongs to. */
  while (window && gtk_window_get_transient_for (window))
    window = gtk_window_get_transient_for (window);
  if (window)
    gtk_window_close (window);
  else
    g_application_quit (data);
}

/* The keys of the program; those of the grid and the viewer are theirs. */
static const struct {
  const char *action;
  const char *keys[4];
} accelerators[] = {
    {"app.quit", {"<Control>q"}},
    {"window.close", {"<Control>w"}},
    {"win.add-folders", {"<Control>o"}},
    {"win.find", {"<Control>f", "<Control>l"}},
    {"win.preferences", {"<Control>comma"}},
    {"win.refresh", {"F5", "<Control>r"}},
    {"win.sidebar", {"F9"}},
    {"win.show-help-overlay", {"<Control>question", "F1"}},
    {"win.zoom-in", {"<Control>plus", "<Control>equal", "<Control>KP_Add"}},
    {"win.zoom-out", {"<Control>minus", "<Control>KP_Subtract"}},
    {"win.zoom-normal", {"<Control>0", "<Control>KP_0"}},
};

/* ---- The application ----------------------------------------------------------------------- */

/* How the engine calculates, as the user has set it. */
static ClipOptions
get_engine (void)
{
  g_autoptr (GSettings) settings = ink_environment_get_settings ();
  g_autofree char *precision = g_settings_get_string (settings, "precision");
  ClipOptions engine = {.threads = g_settings_get_uint (settings, "threads")};

  if (!clip_precision_from_string (precision, &engine.precision))
    engine.precision = CLIP_PRECISION_AUTO;
  return engine;
}

static InkSession *
get_session (InkApplication *self)
{
  if (!self->session) {
    ClipOptions engine = get_engine ();
    self->session = ink_session_new (self->directory);
    ink_session_set_engine (self->session, &engine);
  }
  return self->session;
}

/* The window; opened where there is none. Returns: (transfer none) */
static InkWindow *
get_window (InkApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  /* A window of its own accord holds the program from here on. */
  g_autoptr (InkBackground) background = g_steal_pointer (&self->background);
  g_application_set_inactivity_timeout (G_APPLICATION (self), 0);
  while (window && gtk_window_get_transient_for (window))
    window = gtk_window_get_transient_for (window);
  if (!window) {
    if (self->shell_search)
      ink_shell_search_release (self->shell_search);
    window = GTK_WINDOW (ink_window_new (self, get_session (self)));
    if (ink_session_get_state (self->session) != INK_SESSION_READY)
      ink_session_open (self->session);
  }
  return INK_WINDOW (window);
}

/* Of the launcher's menu: the window's actions, where there need not be a window yet. */
static void
window_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  InkWindow *window = get_window (data);
  g_autofree char *name = g_strconcat ("win.", g_action_get_name (G_ACTION (action)), NULL);

  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action (GTK_WIDGET (window), name, NULL);
}

static const GActionEntry actions[] = {
    {.name = "about", .activate = about_action},
    {.name = "add-folders", .activate = window_action},
    {.name = "preferences", .activate = window_action},
    {.name = "quit", .activate = quit_action},
};

static void
ink_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (ink_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (INK_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accelerators[i].action,
                                           accelerators[i].keys);
}

static void
ink_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (INK_APPLICATION (application))));
}

/* inkling FILE…, also from a second start and from other programs' "Open With". */
static void
ink_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  InkWindow *window = get_window (INK_APPLICATION (application));

  ink_window_open_files (window, files, (guint)n_files);
  gtk_window_present (GTK_WINDOW (window));
}

/* ---- The overview of GNOME Shell ------------------------------------------------------------- */

/* Asked at each call: without a window, the program stays for a while after the last one. */
static InkLibrary *
get_library (gpointer data)
{
  InkApplication *self = data;

  if (!gtk_application_get_windows (GTK_APPLICATION (self)))
    g_application_set_inactivity_timeout (G_APPLICATION (self), IDLE_SECONDS * 1000);
  return self->session ? ink_session_get_library (self->session) : NULL;
}

static void
open_search (const char *text, gint64 photo, guint32 timestamp, gpointer data)
{
  InkWindow *window = get_window (data);

  ink_window_search (window, text, photo);
  gtk_window_present_with_time (GTK_WINDOW (window), timestamp);
}

static gboolean
ink_application_dbus_register (GApplication *application, GDBusConnection *connection,
                               const char *path, GError **error)
{
  static const InkShellSearchFuncs funcs = {get_library, open_search};
  InkApplication *self = INK_APPLICATION (application);
  ClipOptions engine = get_engine ();

  self->shell_search = ink_shell_search_new (application, connection, &engine, &funcs, self, error);
  return self->shell_search && G_APPLICATION_CLASS (ink_application_parent_class)
                                   ->dbus_register (application, connection, path, error);
}

static void
ink_application_dbus_unregister (GApplication *application, GDBusConnection *connection,
                                 const char *path)
{
  g_clear_pointer (&INK_APPLICATION (application)->shell_search, ink_shell_search_free);
  G_APPLICATION_CLASS (ink_application_parent_class)
      ->dbus_unregister (application, connection, path);
}

static void
background_done_cb (gpointer data)
{
  InkApplication *self = data;

  g_clear_pointer (&self->background, ink_background_free);
}

void
ink_application_go_on_in_background (InkApplication *self)
{
  if (!self->background)
    self->background =
        ink_background_new (G_APPLICATION (self), self->session, background_done_cb, self);
}

void
ink_application_erase_at_end (InkApplication *self)
{
  self->erase = TRUE;
}

static void
reset_settings (void)
{
  g_autoptr (GSettings) settings = ink_environment_get_settings ();
  g_autoptr (GSettingsSchema) schema = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  g_auto (GStrv) keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i]; i++)
    g_settings_reset (settings, keys[i]);
  g_settings_sync ();
}

/* No window is left, and nothing else has the library open. */
static void
ink_application_shutdown (GApplication *application)
{
  InkApplication *self = INK_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->background, ink_background_free);
  g_clear_object (&self->session);
  G_APPLICATION_CLASS (ink_application_parent_class)->shutdown (application);
  if (!self->erase)
    return;
  reset_settings ();
  if (!ink_library_erase (self->directory, &error))
    g_warning ("Not all data could be deleted: %s", error->message);
}

static int
ink_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  InkApplication *self = INK_APPLICATION (application);

  if (g_variant_dict_contains (options, "version")) {
    g_print ("inkling %s\n", INK_VERSION);
    return 0;
  }
  /* Another library is another program's worth: it must not turn up in the first one's window. */
  if (g_variant_dict_lookup (options, "library", "^ay", &self->directory))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return G_APPLICATION_CLASS (ink_application_parent_class)
      ->handle_local_options (application, options);
}

static void
ink_application_finalize (GObject *object)
{
  InkApplication *self = INK_APPLICATION (object);

  g_free (self->directory);
  G_OBJECT_CLASS (ink_application_parent_class)->finalize (object);
}

static void
ink_application_class_init (InkApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ink_application_finalize;
  application_class->startup = ink_application_startup;
  application_class->shutdown = ink_application_shutdown;
  application_class->activate = ink_application_activate;
  application_class->open = ink_application_open;
  application_class->dbus_register = ink_application_dbus_register;
  application_class->dbus_unregister = ink_application_dbus_unregister;
  application_class->handle_local_options = ink_application_handle_local_options;
}

static void
ink_application_init (InkApplication *self)
{
  const GOptionEntry options[] = {
      {"library", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Use the library in this folder"),
       N_ ("DIR")},
      {"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL},
      {},
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[FILE…]"));
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("Finds photos on your computer by describing them."));
}

InkApplication *
ink_application_new (void)
{
  return g_object_new (INK_TYPE_APPLICATION, "application-id", INK_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/inkling_app/Inkling", NULL);
}
