/* shell-search.c: photos in the overview of GNOME Shell. */
#include "shell-search.h"

#include "base/path.h"

#include <string.h>

/* The shell shows a handful and has a line "more" for the rest. */
#define MOST_RESULTS 24
/* Of icons: 64 pixels on a screen of twice the density. */
#define ICON_SIZE 128
/* Nobody types so much; who sends it means no good. */
#define MOST_TEXT 1000
/* Characters; less says nothing, and would be looked for at each key. */
#define LEAST_TEXT 3

/* What calls at work share with it, counted by references. */
typedef struct {
  GMutex lock; /* guards what follows */
  InkLibrary *library;
  ClipOptions engine;
} Shared;

struct _InkShellSearch {
  GApplication *application; /* not owned: it owns this */
  GDBusConnection *connection;
  guint object;
  InkShellSearchFuncs funcs;
  gpointer data;
  Shared *shared;
  GCancellable *searching; /* nullable: of the search at work */
};

static const char introspection[] =
    "<node><interface name='org.gnome.Shell.SearchProvider2'>"
    " <method name='GetInitialResultSet'><arg type='as' name='terms' direction='in'/>"
    "  <arg type='as' name='results' direction='out'/></method>"
    " <method name='GetSubsearchResultSet'>"
    "  <arg type='as' name='previous_results' direction='in'/>"
    "  <arg type='as' name='terms' direction='in'/>"
    "  <arg type='as' name='results' direction='out'/></method>"
    " <method name='GetResultMetas'><arg type='as' name='identifiers' direction='in'/>"
    "  <arg type='aa{sv}' name='metas' direction='out'/></method>"
    " <method name='ActivateResult'><arg type='s' name='identifier' direction='in'/>"
    "  <arg type='as' name='terms' direction='in'/>"
    "  <arg type='u' name='timestamp' direction='in'/></method>"
    " <method name='LaunchSearch'><arg type='as' name='terms' direction='in'/>"
    "  <arg type='u' name='timestamp' direction='in'/></method>"
    "</interface></node>";

/* ---- The library --------------------------------------------------------------------------- */

static void
shared_clear (gpointer data)
{
  Shared *shared = data;

  g_clear_object (&shared->library);
  g_mutex_clear (&shared->lock);
}

static void
shared_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, shared_clear);
}

/* A call at work. */
typedef struct {
  GDBusMethodInvocation *invocation;
  Shared *shared;
  InkLibrary *library; /* nullable: of the window */
  char *text;          /* to search for */
  GStrv ids;           /* whose facts are asked for */
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  shared_unref (call->shared);
  g_clear_object (&call->library);
  g_free (call->text);
  g_strfreev (call->ids);
  g_free (call);
}

/* The window's library, or one that is opened for reading at the first call and kept.
 * Returns: (transfer full) */
static InkLibrary *
ref_library (const Call *call, GError **error)
{
  Shared *shared = call->shared;

  if (call->library)
    return g_object_ref (call->library);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->lock);
  if (!shared->library) {
    InkLibraryOptions options = {.engine = shared->engine};
    shared->library = ink_library_open (&options, error);
  }
  return shared->library ? g_object_ref (shared->library) : NULL;
}

/* ---- Searching ----------------------------------------------------------------------------- */

/* The words as they were typed. Returns: (transfer full): empty where they are too few or too many
 * to look for */
static char *
join_terms (const char *const *terms)
{
  g_autofree char *joined = g_strjoinv (" ", (char **)terms);

  g_strstrip (joined);
  if (strlen (joined) > MOST_TEXT || g_utf8_strlen (joined, -1) < LEAST_TEXT)
    return g_strdup ("");
  return g_steal_pointer (&joined);
}

/* Returns: (transfer floating): an empty list where the library can't be searched: the overview is
 * no place for messages */
static GVariant *
search (const Call *call, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkLibrary) library = ref_library (call, &error);
  g_autoptr (InkQuery) query = ink_query_new ();
  g_autoptr (InkResults) results = NULL;
  GVariantBuilder ids;

  ink_query_parse (query, call->text);
  query->limit = MOST_RESULTS;
  query->group = TRUE;
  if (library)
    results = ink_library_search (library, query, cancellable, &error);
  if (error)
    g_debug ("nothing for the overview: %s", error->message);

  g_variant_builder_init (&ids, G_VARIANT_TYPE ("as"));
  for (guint i = 0; results && i < results->hits->len; i++) {
    const InkHit *hit = g_ptr_array_index (results->hits, i);
    g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, hit->photo);
    g_variant_builder_add (&ids, "s", id);
  }
  return g_variant_new ("(as)", &ids);
}

static void
search_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  /* One that was overtaken before it began is answered like one that found nothing. */
  GVariant *answer = g_cancellable_is_cancelled (cancellable) || call->text[0] == '\0'
                         ? g_variant_new ("(as)", NULL)
                         : search (call, cancellable);

  g_dbus_method_invocation_return_value (call->invocation, answer);
  g_task_return_boolean (task, TRUE);
}

/* ---- Facts of photos ----------------------------------------------------------------------- */

/* A photo's id as it was handed out; 0 for anything else. */
static gint64
parse_id (const char *text)
{
  guint64 id;

  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &id, NULL) ? (gint64)id : 0;
}

static void
add_icon (GVariantBuilder *meta, InkLibrary *library, gint64 photo)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkPixels) pixels =
      ink_library_load_thumbnail (library, photo, ICON_SIZE, NULL, &error);

  if (!pixels) {
    g_debug ("no icon: %s", error->message);
    return;
  }
  GVariant *bytes = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, pixels->rgb, TRUE);
  g_variant_builder_add (meta, "{sv}", "icon-data",
                         g_variant_new ("(iiibii@ay)", pixels->width, pixels->height,
                                        pixels->width * 3, FALSE, 8, 3, bytes));
}

/* Nothing for an id that is no photo's, or is not any more. */
static void
add_meta (GVariantBuilder *metas, InkLibrary *library, const GPtrArray *folders, const char *id)
{
  gint64 photo = parse_id (id);
  g_autofree char *path = photo ? ink_library_get_photo_path (library, photo, NULL) : NULL;

  if (!path)
    return;
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = ink_path_display (base);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *description = ink_folders_describe_path (folders, folder);

  g_variant_builder_open (metas, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (metas, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (metas, "{sv}", "name", g_variant_new_string (name));
  g_variant_builder_add (metas, "{sv}", "description", g_variant_new_string (description));
  add_icon (metas, library, photo);
  g_variant_builder_close (metas);
}

static void
metas_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  g_autoptr (InkLibrary) library = ref_library (call, NULL);
  g_autoptr (GPtrArray) folders = library ? ink_library_get_folders (library, NULL) : NULL;
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; library && call->ids[i] && i < MOST_RESULTS; i++)
    add_meta (&metas, library, folders, call->ids[i]);
  g_dbus_method_invocation_return_value (call->invocation, g_variant_new ("(aa{sv})", &metas));
  g_task_return_boolean (task, TRUE);
}

/* ---- The bus ------------------------------------------------------------------------------- */

static void
done_cb (GObject *application, GAsyncResult *result, gpointer data)
{
  g_application_release (G_APPLICATION (application));
}

/* Works in a thread, which answers. @text, @ids: (transfer full) (nullable) */
static void
begin (InkShellSearch *self, GDBusMethodInvocation *invocation, char *text, GStrv ids,
       GCancellable *cancellable, GTaskThreadFunc func)
{
  g_autoptr (GTask) task = g_task_new (self->application, cancellable, done_cb, NULL);
  Call *call = g_new0 (Call, 1);
  InkLibrary *library = self->funcs.get_library (self->data);

  call->invocation = invocation;
  call->shared = g_atomic_rc_box_acquire (self->shared);
  call->library = library ? g_object_ref (library) : NULL;
  call->text = text;
  call->ids = ids;
  g_application_hold (self->application);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, func);
}

/* A search that another overtakes is ended: the shell asks anew at each key. */
static void
begin_search (InkShellSearch *self, GDBusMethodInvocation *invocation, const char *const *terms)
{
  if (self->searching)
    g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  self->searching = g_cancellable_new ();
  begin (self, invocation, join_terms (terms), NULL, self->searching, search_thread);
}

static void
open_window (InkShellSearch *self, const char *const *terms, const char *id, guint32 timestamp)
{
  g_autofree char *text = join_terms (terms);

  self->funcs.open (text, id ? parse_id (id) : 0, timestamp, self->data);
}

static void
method_call (GDBusConnection *connection, const char *sender, const char *path,
             const char *interface, const char *method, GVariant *parameters,
             GDBusMethodInvocation *invocation, gpointer data)
{
  InkShellSearch *self = data;
  g_autofree const char **terms = NULL;
  g_autofree const char **ids = NULL;
  const char *id = NULL;
  guint32 timestamp;

  if (g_str_equal (method, "GetInitialResultSet")) {
    g_variant_get (parameters, "(^a&s)", &terms);
    begin_search (self, invocation, terms);
  } else if (g_str_equal (method, "GetSubsearchResultSet")) {
    /* More words can find other photos than fewer did: the ones before are not looked at. */
    g_variant_get (parameters, "(^a&s^a&s)", &ids, &terms);
    begin_search (self, invocation, terms);
  } else if (g_str_equal (method, "GetResultMetas")) {
    g_variant_get (parameters, "(^a&s)", &ids);
    begin (self, invocation, NULL, g_strdupv ((char **)ids), NULL, metas_thread);
  } else if (g_str_equal (method, "ActivateResult")) {
    g_variant_get (parameters, "(&s^a&su)", &id, &terms, &timestamp);
    open_window (self, terms, id, timestamp);
    g_dbus_method_invocation_return_value (invocation, NULL);
  } else {
    g_variant_get (parameters, "(^a&su)", &terms, &timestamp);
    open_window (self, terms, NULL, timestamp);
    g_dbus_method_invocation_return_value (invocation, NULL);
  }
}

InkShellSearch *
ink_shell_search_new (GApplication *application, GDBusConnection *connection,
                      const ClipOptions *engine, const InkShellSearchFuncs *funcs, gpointer data,
                      GError **error)
{
  static const GDBusInterfaceVTable vtable = {.method_call = method_call};
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (InkShellSearch) self = g_new0 (InkShellSearch, 1);

  self->application = application;
  self->connection = g_object_ref (connection);
  self->funcs = *funcs;
  self->data = data;
  self->shared = g_atomic_rc_box_new0 (Shared);
  g_mutex_init (&self->shared->lock);
  self->shared->engine = *engine;
  self->object = g_dbus_connection_register_object (
      connection, INK_SHELL_SEARCH_PATH, node->interfaces[0], &vtable, self, NULL, error);
  return self->object ? g_steal_pointer (&self) : NULL;
}

void
ink_shell_search_release (InkShellSearch *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->shared->lock);

  g_clear_object (&self->shared->library);
}

void
ink_shell_search_free (InkShellSearch *self)
{
  if (!self)
    return;
  if (self->object)
    g_dbus_connection_unregister_object (self->connection, self->object);
  if (self->searching)
    g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  shared_unref (self->shared);
  g_object_unref (self->connection);
  g_free (self);
}
