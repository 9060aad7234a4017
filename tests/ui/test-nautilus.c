/* test-nautilus.c: the module for GNOME's Files, loaded as that does it, with files and a program
 * on the bus that are made up.
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gmodule.h>
#include <nautilus-extension.h>

#include "support/folder.h"

/* ---- A file as Files has them --------------------------------------------------------------- */

typedef struct {
  GObject parent_instance;
  const char *uri, *type;
} File;

typedef struct {
  GObjectClass parent_class;
} FileClass;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (File, g_object_unref)

static void file_info_init (NautilusFileInfoInterface *interface);
static GType file_get_type (void);
G_DEFINE_TYPE_WITH_CODE (File, file, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (NAUTILUS_TYPE_FILE_INFO, file_info_init))

static gboolean
is_mime_type (NautilusFileInfo *info, const char *type)
{
  return g_content_type_is_a (((File *)info)->type, type);
}

static char *
get_activation_uri (NautilusFileInfo *info)
{
  return g_strdup (((File *)info)->uri);
}

static void
file_info_init (NautilusFileInfoInterface *interface)
{
  interface->is_mime_type = is_mime_type;
  interface->get_activation_uri = get_activation_uri;
}

static void
file_init (File *self)
{
}

static void
file_class_init (FileClass *klass)
{
}

static File *
file_new (const char *uri, const char *type)
{
  File *file = g_object_new (file_get_type (), NULL);

  file->uri = uri;
  file->type = type;
  return file;
}

/* ---- The module ----------------------------------------------------------------------------- */

typedef struct {
  GTypeModule parent_instance;
  GModule *library;
} Module;

typedef struct {
  GTypeModuleClass parent_class;
} ModuleClass;

static GType module_get_type (void);
G_DEFINE_TYPE (Module, module, G_TYPE_TYPE_MODULE)

static gpointer
get_symbol (Module *self, const char *name)
{
  gpointer symbol = NULL;

  g_assert_true (g_module_symbol (self->library, name, &symbol));
  g_assert_nonnull (symbol);
  return symbol;
}

static gboolean
module_load (GTypeModule *module)
{
  Module *self = (Module *)module;
  void (*initialize) (GTypeModule *) = NULL;

  self->library = g_module_open (TEST_MODULE, G_MODULE_BIND_LOCAL);
  if (self->library == NULL)
    g_error ("%s", g_module_error ());
  initialize = get_symbol (self, "nautilus_module_initialize");
  initialize (module);
  return TRUE;
}

static void
module_unload (GTypeModule *module)
{
}

static void
module_init (Module *self)
{
}

static void
module_class_init (ModuleClass *klass)
{
  G_TYPE_MODULE_CLASS (klass)->load = module_load;
  G_TYPE_MODULE_CLASS (klass)->unload = module_unload;
}

/* Of the one type that the module has. It stays loaded, as it does in Files. */
static NautilusMenuProvider *
make_provider (void)
{
  static Module *module;
  void (*list_types) (const GType **, int *) = NULL;
  const GType *types = NULL;
  int n_types = 0;

  if (module == NULL) {
    module = g_object_new (module_get_type (), NULL);
    g_assert_true (g_type_module_use (G_TYPE_MODULE (module)));
  }
  get_symbol (module, "nautilus_module_shutdown");
  list_types = get_symbol (module, "nautilus_module_list_types");
  list_types (&types, &n_types);
  g_assert_cmpint (n_types, ==, 1);
  g_assert_true (g_type_is_a (types[0], NAUTILUS_TYPE_MENU_PROVIDER));
  return g_object_new (types[0], NULL);
}

static GList *
get_items (File *first, File *second)
{
  g_autoptr (NautilusMenuProvider) provider = make_provider ();
  GList files[2] = {{first, second != NULL ? &files[1] : NULL, NULL}, {second, NULL, &files[0]}};

  return nautilus_menu_provider_get_file_items (provider, files);
}

/* ---- The tests ------------------------------------------------------------------------------ */

static void
test_pictures_only (void)
{
  g_autoptr (File) photo = file_new ("file:///a.jpg", "image/jpeg");
  g_autoptr (File) raw = file_new ("file:///b.cr2", "image/x-canon-cr2");
  g_autoptr (File) text = file_new ("file:///c.txt", "text/plain");
  g_autoptr (File) folder = file_new ("file:///d", "inode/directory");
  GList *items = get_items (photo, raw);

  g_assert_cmpuint (g_list_length (items), ==, 1);
  nautilus_menu_item_list_free (items);
  g_assert_null (get_items (text, NULL));
  g_assert_null (get_items (folder, NULL));
  g_assert_null (get_items (photo, text));
}

typedef struct {
  GMainLoop *loop;
  GStrv uris;
} Opened;

static void
called_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
           gpointer data)
{
  Opened *opened = data;

  g_assert_cmpstr (method, ==, "Open");
  g_variant_get (parameters, "(^as@a{sv})", &opened->uris, NULL);
  g_dbus_method_invocation_return_value (invocation, NULL);
  g_main_loop_quit (opened->loop);
}

/* The chosen pictures reach the program by the bus, in their order. */
static void
test_activated (void)
{
  static const char xml[] =
      "<node><interface name='org.freedesktop.Application'><method name='Open'>"
      "<arg type='as' direction='in'/><arg type='a{sv}' "
      "direction='in'/></method></interface></node>";
  static const GDBusInterfaceVTable table = {.method_call = called_cb};
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  if (daemon == NULL) {
    g_test_skip ("dbus-daemon is not installed");
    return;
  }

  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (File) first = file_new ("file:///one.jpg", "image/jpeg");
  g_autoptr (File) second = file_new ("file:///two.png", "image/png");
  Opened opened = {.loop = g_main_loop_new (NULL, FALSE)};

  g_test_dbus_up (bus);
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (connection, "/io/github/inkling_app/Inkling",
                                     node->interfaces[0], &table, &opened, NULL, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (connection, INK_APPLICATION_ID, 0, NULL, NULL, NULL, NULL);

  GList *items = get_items (first, second);
  nautilus_menu_item_activate (items->data);
  nautilus_menu_item_list_free (items);
  g_main_loop_run (opened.loop);
  /* The answer to the module has come, too, once one to a later question has. */
  g_autoptr (GVariant) id =
      g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                   "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_strv_length (opened.uris), ==, 2);
  g_assert_cmpstr (opened.uris[0], ==, "file:///one.jpg");
  g_assert_cmpstr (opened.uris[1], ==, "file:///two.png");
  g_strfreev (opened.uris);
  g_main_loop_unref (opened.loop);
}

/* Where the program is not installed: main() sees to that. */
static void
test_not_installed (void)
{
  g_autoptr (File) photo = file_new ("file:///a.jpg", "image/jpeg");

  if (g_test_subprocess ()) {
    g_assert_null (get_items (photo, NULL));
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* The program's desktop file, in the only folder that is looked at. */
static void
install (const TestFolder *folder)
{
  const char *build = g_getenv ("INKLING_TEST_BUILD");
  g_autofree char *built = g_build_filename (build, "data", INK_APPLICATION_ID ".desktop", NULL);
  g_autofree char *applications = g_build_filename (folder, "applications", NULL);
  g_autofree char *programs = g_build_filename (build, "ui", NULL);
  g_autofree char *path = g_strdup_printf ("%s:%s", programs, g_getenv ("PATH"));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (built, &text, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (applications, 0700), ==, 0);
  test_folder_write (folder, "applications/" INK_APPLICATION_ID ".desktop", text, size);
  g_setenv ("PATH", path, TRUE); /* one that names a program that is not there does not count */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_autoptr (TestFolder) folder = test_folder_new ();
  if (!g_test_subprocess ())
    install (folder);
  g_setenv ("XDG_DATA_DIRS", folder, TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_test_add_func ("/nautilus/pictures-only", test_pictures_only);
  g_test_add_func ("/nautilus/activated", test_activated);
  g_test_add_func ("/nautilus/not-installed", test_not_installed);
  return g_test_run ();
}
