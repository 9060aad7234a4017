/* service.c: answers for a library on the session bus. */
#include "library/service.h"

#include <string.h>

#include "library/library-private.h"
#include "library/remote.h"

/* Nobody has so long paths or so many folders; who sends them means no good. */
#define PATH_LENGTH_MAX 4096
#define NAME_LENGTH_MAX 255
#define TEXT_LENGTH_MAX 16384
#define LIST_MAX 1000

/* Counted by references: a call may still be at work when it is stopped. */
struct _InkService {
  InkLibrary *library;
  InkServiceFuncs funcs;
  gpointer data;
  guint owner;
  GDBusConnection *connection;
  guint object;
};

static const char introspection[] =
    "<node><interface name='" INK_REMOTE_INTERFACE "'>"
    " <property name='Program' type='s' access='read'/>"
    " <method name='Release'/>"
    " <method name='Index'><arg type='aay' name='folders' direction='in'/>"
    "  <arg type='u' name='flags' direction='in'/>"
    "  <arg type='a{su}' name='counts' direction='out'/>"
    "  <arg type='d' name='seconds' direction='out'/></method>"
    " <method name='AddFolder'><arg type='ay' name='folder' direction='in'/></method>"
    " <method name='ForgetFolder'><arg type='ay' name='folder' direction='in'/>"
    "  <arg type='u' name='photos' direction='out'/></method>"
    " <method name='SetExclusions'><arg type='ay' name='folder' direction='in'/>"
    "  <arg type='aay' name='patterns' direction='in'/></method>"
    " <method name='AddModel'><arg type='ay' name='folder' direction='in'/>"
    "  <arg type='s' name='name' direction='out'/></method>"
    " <method name='UseModel'><arg type='s' name='name' direction='in'/>"
    "  <arg type='u' name='image_size' direction='in'/></method>"
    " <method name='UndoModel'/>"
    " <method name='ConfirmModel'/>"
    " <method name='SaveSearch'><arg type='s' name='name' direction='in'/>"
    "  <arg type='s' name='query' direction='in'/>"
    "  <arg type='x' name='id' direction='out'/></method>"
    " <method name='RenameSearch'><arg type='x' name='id' direction='in'/>"
    "  <arg type='s' name='name' direction='in'/></method>"
    " <method name='RemoveSearch'><arg type='x' name='id' direction='in'/></method>"
    " <method name='RemoveModel'><arg type='s' name='name' direction='in'/></method>"
    "</interface></node>";

/* ---- Arguments --------------------------------------------------------------------------- */

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "%s", what);
  return FALSE;
}

/* @path: as it came, which ends the sender's string */
static gboolean
check_path (const char *path, GError **error)
{
  if (!g_path_is_absolute (path))
    return refuse (error, "A folder is given by its absolute path");
  return strlen (path) < PATH_LENGTH_MAX || refuse (error, "The path is too long");
}

static gboolean
check_paths (const char *const *paths, GError **error)
{
  if (g_strv_length ((char **)paths) > LIST_MAX)
    return refuse (error, "Too many folders at once");
  for (; *paths; paths++)
    if (!check_path (*paths, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_patterns (const char *const *patterns, GError **error)
{
  if (g_strv_length ((char **)patterns) > LIST_MAX)
    return refuse (error, "Too many patterns at once");
  for (; *patterns; patterns++)
    if (strlen (*patterns) >= PATH_LENGTH_MAX)
      return refuse (error, "A pattern is too long");
  return TRUE;
}

static gboolean
check_name (const char *name, GError **error)
{
  return (*name && strlen (name) <= NAME_LENGTH_MAX && !strchr (name, '/')) ||
         refuse (error, "This is no name of a model");
}

/* ---- Methods: each returns its answer, or NULL with an error ------------------------------- */

/* A run of the library's own would hold this one up, for ever where it is paused. */
static gboolean
index_between (InkLibrary *library, const char *const *folders, InkIndexFlags flags,
               InkIndexProgress *report, GError **error)
{
  gboolean was_indexing = ink_library_is_indexing (library);
  gboolean done;

  ink_library_stop_indexing (library);
  done = ink_library_index (library, folders, flags, NULL, NULL, NULL, report, error);
  if (was_indexing)
    ink_library_start_indexing (library, FALSE);
  return done;
}

static GVariant *
call_index (InkService *service, GVariant *parameters, GError **error)
{
  g_autoptr (GVariantBuilder) counts = g_variant_builder_new (G_VARIANT_TYPE ("a{su}"));
  g_autofree const char **folders = NULL;
  InkIndexProgress report = {0};
  guint flags;

  g_variant_get (parameters, "(^a&ayu)", &folders, &flags);
  if (!check_paths (folders, error))
    return NULL;
  if (flags & ~(guint)(INK_INDEX_RETRY_FAILED | INK_INDEX_FORGET_MISSING)) {
    refuse (error, "There is no such option");
    return NULL;
  }
  if (!index_between (service->library, folders, (InkIndexFlags)flags, &report, error))
    return NULL;
  g_variant_builder_add (counts, "{su}", "found", report.found);
  g_variant_builder_add (counts, "{su}", "indexed", report.indexed);
  g_variant_builder_add (counts, "{su}", "unchanged", report.unchanged);
  g_variant_builder_add (counts, "{su}", "moved", report.moved);
  g_variant_builder_add (counts, "{su}", "removed", report.removed);
  g_variant_builder_add (counts, "{su}", "failed", report.failed);
  g_variant_builder_add (counts, "{su}", "missing", report.missing);
  return g_variant_new ("(a{su}d)", counts, report.seconds);
}

static GVariant *
call_add_folder (InkService *service, GVariant *parameters, GError **error)
{
  const char *folder;

  g_variant_get (parameters, "(^&ay)", &folder);
  return check_path (folder, error) && ink_library_add_folder (service->library, folder, error)
             ? g_variant_new ("()")
             : NULL;
}

static GVariant *
call_forget_folder (InkService *service, GVariant *parameters, GError **error)
{
  const char *folder;
  guint photos = 0;

  g_variant_get (parameters, "(^&ay)", &folder);
  return check_path (folder, error) &&
                 ink_library_forget_folder (service->library, folder, &photos, error)
             ? g_variant_new ("(u)", photos)
             : NULL;
}

static GVariant *
call_set_exclusions (InkService *service, GVariant *parameters, GError **error)
{
  g_autofree const char **patterns = NULL;
  const char *folder;

  g_variant_get (parameters, "(^&ay^a&ay)", &folder, &patterns);
  return check_path (folder, error) && check_patterns (patterns, error) &&
                 ink_library_set_exclusions (service->library, folder, patterns, error)
             ? g_variant_new ("()")
             : NULL;
}

static GVariant *
call_add_model (InkService *service, GVariant *parameters, GError **error)
{
  g_autofree char *name = NULL;
  const char *folder;

  g_variant_get (parameters, "(^&ay)", &folder);
  if (check_path (folder, error))
    name = ink_library_add_model (service->library, folder, NULL, error);
  return name ? g_variant_new ("(s)", name) : NULL;
}

static GVariant *
call_use_model (InkService *service, GVariant *parameters, GError **error)
{
  const char *name;
  guint image_size;

  g_variant_get (parameters, "(&su)", &name, &image_size);
  return check_name (name, error) &&
                 ink_library_use_model (service->library, name, image_size, error)
             ? g_variant_new ("()")
             : NULL;
}

static GVariant *
call_save_search (InkService *service, GVariant *parameters, GError **error)
{
  g_autoptr (InkQuery) query = ink_query_new ();
  const char *name, *text;
  gint64 id;

  g_variant_get (parameters, "(&s&s)", &name, &text);
  if (strlen (name) > TEXT_LENGTH_MAX || strlen (text) > TEXT_LENGTH_MAX)
    return refuse (error, "The search is too long"), NULL;
  ink_query_parse (query, text);
  return ink_library_save_search (service->library, name, query, &id, error)
             ? g_variant_new ("(x)", id)
             : NULL;
}

static GVariant *
call_rename_search (InkService *service, GVariant *parameters, GError **error)
{
  const char *name;
  gint64 id;

  g_variant_get (parameters, "(x&s)", &id, &name);
  if (strlen (name) > TEXT_LENGTH_MAX)
    return refuse (error, "The name is too long"), NULL;
  return ink_library_rename_saved_search (service->library, id, name, error) ? g_variant_new ("()")
                                                                             : NULL;
}

static GVariant *
call_remove_search (InkService *service, GVariant *parameters, GError **error)
{
  gint64 id;

  g_variant_get (parameters, "(x)", &id);
  return ink_library_remove_saved_search (service->library, id, error) ? g_variant_new ("()")
                                                                       : NULL;
}

static GVariant *
call_undo_model (InkService *service, GVariant *parameters, GError **error)
{
  return ink_library_undo_model (service->library, error) ? g_variant_new ("()") : NULL;
}

static GVariant *
call_confirm_model (InkService *service, GVariant *parameters, GError **error)
{
  return ink_library_confirm_model (service->library, error) ? g_variant_new ("()") : NULL;
}

static GVariant *
call_remove_model (InkService *service, GVariant *parameters, GError **error)
{
  const char *name;

  g_variant_get (parameters, "(&s)", &name);
  return check_name (name, error) && ink_library_remove_model (service->library, name, error)
             ? g_variant_new ("()")
             : NULL;
}

static GVariant *
call_release (InkService *service, GVariant *parameters, GError **error)
{
  if (service->funcs.release) {
    service->funcs.release (service->data);
    return g_variant_new ("()");
  }
  g_set_error (error, INK_ERROR, INK_ERROR_LOCKED,
               "The library is in use by %s, which keeps it until it ends", g_get_prgname ());
  return NULL;
}

static const struct {
  const char *name;
  GVariant *(*call) (InkService *service, GVariant *parameters, GError **error);
} methods[] = {
    {"Index", call_index},
    {"AddFolder", call_add_folder},
    {"ForgetFolder", call_forget_folder},
    {"SetExclusions", call_set_exclusions},
    {"AddModel", call_add_model},
    {"UseModel", call_use_model},
    {"UndoModel", call_undo_model},
    {"SaveSearch", call_save_search},
    {"RenameSearch", call_rename_search},
    {"RemoveSearch", call_remove_search},
    {"ConfirmModel", call_confirm_model},
    {"RemoveModel", call_remove_model},
    {"Release", call_release},
};

/* ---- The bus ----------------------------------------------------------------------------- */

static void
return_error (GDBusMethodInvocation *invocation, const GError *error)
{
  g_autofree char *name = g_strconcat (INK_REMOTE_ERROR, ink_error_code (error), NULL);

  g_strdelimit (name + strlen (INK_REMOTE_ERROR), "-", '_');
  g_dbus_method_invocation_return_dbus_error (invocation, name, error->message);
}

static void
call_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GDBusMethodInvocation *invocation = source;
  InkService *service = data;
  const char *name = g_dbus_method_invocation_get_method_name (invocation);
  g_autoptr (GError) error = NULL;
  GVariant *answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, name))
      answer =
          methods[i].call (service, g_dbus_method_invocation_get_parameters (invocation), &error);
  /* Both take the reference that came with the call. */
  g_object_ref (invocation);
  if (answer)
    g_dbus_method_invocation_return_value (invocation, answer);
  else
    return_error (invocation, error);
  g_task_return_boolean (task, TRUE);
}

static void
service_clear (gpointer data)
{
  InkService *service = data;

  g_clear_object (&service->connection);
  g_clear_object (&service->library);
}

static void
service_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, service_clear);
}

static void
method_call (GDBusConnection *connection, const char *sender, const char *path,
             const char *interface, const char *method, GVariant *parameters,
             GDBusMethodInvocation *invocation, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (invocation, NULL, NULL, NULL);

  g_task_set_task_data (task, g_atomic_rc_box_acquire (data), service_unref);
  g_task_run_in_thread (task, call_thread);
  g_object_unref (invocation);
}

static GVariant *
get_property (GDBusConnection *connection, const char *sender, const char *path,
              const char *interface, const char *property, GError **error, gpointer data)
{
  return g_variant_new_string (g_get_prgname () ? g_get_prgname () : "inkling");
}

static void
bus_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  static const GDBusInterfaceVTable vtable = {method_call, get_property, NULL};
  InkService *service = data;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GError) error = NULL;

  g_dbus_connection_set_exit_on_close (connection, FALSE);
  service->connection = g_object_ref (connection);
  service->object = g_dbus_connection_register_object (
      connection, INK_REMOTE_PATH, node->interfaces[0], &vtable, service, NULL, &error);
  if (!service->object)
    g_warning ("Other programs can't reach this one: %s", error->message);
}

static void
name_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  InkService *service = data;

  if (service->funcs.acquired)
    service->funcs.acquired (service->data);
}

InkService *
ink_service_start (InkLibrary *library, gboolean replace, const InkServiceFuncs *funcs,
                   gpointer data)
{
  InkService *service = g_atomic_rc_box_new0 (InkService);
  g_autofree char *name = ink_remote_make_name (ink_library_get_directory (library));

  service->library = g_object_ref (library);
  service->funcs = *funcs;
  service->data = data;
  service->owner = g_bus_own_name (G_BUS_TYPE_SESSION, name,
                                   replace ? G_BUS_NAME_OWNER_FLAGS_REPLACE
                                           : G_BUS_NAME_OWNER_FLAGS_ALLOW_REPLACEMENT,
                                   bus_acquired, name_acquired, NULL, service, NULL);
  return service;
}

void
ink_service_stop (InkService *service)
{
  if (service->object)
    g_dbus_connection_unregister_object (service->connection, service->object);
  g_bus_unown_name (service->owner);
  service_unref (service);
}
