/* test-open-portal.c: what the desktop's portal is given, by a portal of our own on a private bus.
 */
#include "open-portal.h"

#include "base/error.h"
#include "support/folder.h"

#include <gio/gunixfdlist.h>
#include <sys/stat.h>
#include <unistd.h>

static const char interface[] =
    "<node><interface name='org.freedesktop.portal.OpenURI'>"
    "<method name='OpenFile'><arg type='s' direction='in'/><arg type='h' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='OpenDirectory'><arg type='s' direction='in'/><arg type='h' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "</interface></node>";

/* What it was called with, last. */
typedef struct {
  char *method;
  gboolean ask;
  struct stat file;
  gboolean refuse;
} Portal;

static void
called_cb (GDBusConnection *bus, const char *sender, const char *path, const char *name,
           const char *method, GVariant *arguments, GDBusMethodInvocation *invocation,
           gpointer data)
{
  Portal *portal = data;
  GUnixFDList *descriptors =
      g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 2);

  g_free (portal->method);
  portal->method = g_strdup (method);
  portal->ask = FALSE;
  g_variant_lookup (options, "ask", "b", &portal->ask);
  g_assert_cmpint (g_unix_fd_list_get_length (descriptors), ==, 1);
  g_assert_cmpint (fstat (g_unix_fd_list_peek_fds (descriptors, NULL)[0], &portal->file), ==, 0);
  if (portal->refuse)
    g_dbus_method_invocation_return_dbus_error (
        invocation, "org.freedesktop.portal.Error.NotAllowed", "Not today");
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/request"));
}

typedef struct {
  GTestDBus *bus;
  GDBusConnection *connection; /* of the portal and the program: one is enough */
  Portal portal;
  TestFolder *folder;
  GFile *file;
} Fixture;

static GDBusConnection *
connect_to (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  static const GDBusInterfaceVTable table = {.method_call = called_cb};
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface, NULL);
  g_autoptr (GError) error = NULL;

  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->connection = connect_to (fixture->bus);
  g_dbus_connection_register_object (fixture->connection, "/org/freedesktop/portal/desktop",
                                     node->interfaces[0], &table, &fixture->portal, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      fixture->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.portal.Desktop", 0u), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);

  fixture->folder = test_folder_new ();
  test_folder_write (fixture->folder, "a.jpg", "photo", 5);
  g_autofree char *path = g_build_filename (fixture->folder, "a.jpg", NULL);
  fixture->file = g_file_new_for_path (path);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_free (fixture->portal.method);
  g_object_unref (fixture->file);
  test_folder_free (fixture->folder);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_object_unref (fixture->connection);
  g_test_dbus_down (fixture->bus);
  g_object_unref (fixture->bus);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static gboolean
try_open (Fixture *fixture, GFile *file, InkOpenHow how, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ink_open_portal_open_async (fixture->connection, file, how, opened_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return ink_open_portal_open_finish (result, error);
}

static void
test_open (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  struct stat facts;

  g_assert_cmpint (stat (g_file_peek_path (fixture->file), &facts), ==, 0);
  g_assert_true (try_open (fixture, fixture->file, INK_OPEN_WITH, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->portal.method, ==, "OpenFile");
  g_assert_true (fixture->portal.ask);
  g_assert_cmpuint (fixture->portal.file.st_ino, ==, facts.st_ino);

  g_assert_true (try_open (fixture, fixture->file, INK_OPEN_DIRECTORY, &error));
  g_assert_cmpstr (fixture->portal.method, ==, "OpenDirectory");
  g_assert_false (fixture->portal.ask);
  g_assert_cmpuint (fixture->portal.file.st_ino, ==, facts.st_ino);
}

static void
test_errors (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) absent = g_file_get_child (fixture->file, "none");
  g_autoptr (GFile) remote = g_file_new_for_uri ("https://example.org/a.jpg");

  g_assert_false (try_open (fixture, absent, INK_OPEN_WITH, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (try_open (fixture, remote, INK_OPEN_WITH, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (fixture->portal.method);

  fixture->portal.refuse = TRUE;
  g_assert_false (try_open (fixture, fixture->file, INK_OPEN_WITH, &error));
  g_assert_cmpstr (error->message, ==, "Not today");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/open-portal/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/ui/open-portal/errors", Fixture, NULL, set_up, test_errors, tear_down);
  return g_test_run ();
}
