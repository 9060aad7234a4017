/* test-power.c: when indexing in the background is welcome, by made-up power supplies and by
 * services on a bus of the test's own. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "index/power.h"
#include "support/folder.h"

static void
put_supply (const TestFolder *folder, const char *name, const char *const facts[][2])
{
  g_autofree char *supply = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_mkdir (supply, 0700), ==, 0);
  for (guint i = 0; facts[i][0] != NULL; i++)
    test_folder_write (supply, facts[i][0], facts[i][1], strlen (facts[i][1]));
}

static const char *const discharging[][2] = {
    {"type", "Battery\n"}, {"status", "Discharging\n"}, {NULL, NULL}};
static const char *const mouse[][2] = {
    {"type", "Battery\n"}, {"status", "Discharging\n"}, {"scope", "Device\n"}, {NULL, NULL}};
static const char *const full[][2] = {{"type", "Battery\n"}, {"status", "Full\n"}, {NULL, NULL}};
static const char *const unplugged[][2] = {{"type", "Mains\n"}, {"online", "0\n"}, {NULL, NULL}};
static const char *const plugged[][2] = {{"type", "USB\n"}, {"online", "1\n"}, {NULL, NULL}};

static void
test_mains (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();

  g_assert_true (ink_power_is_on_mains ("/nonexistent")); /* a desktop without a battery */
  g_assert_true (ink_power_is_on_mains (folder));
  put_supply (folder, "hidpp_battery_0", mouse);
  g_assert_true (ink_power_is_on_mains (folder));
  put_supply (folder, "AC", unplugged);
  put_supply (folder, "BAT1", full);
  g_assert_true (ink_power_is_on_mains (folder));
  put_supply (folder, "BAT0", discharging);
  g_assert_false (ink_power_is_on_mains (folder));
  put_supply (folder, "ucsi-source-psy", plugged);
  g_assert_true (ink_power_is_on_mains (folder));
}

static void
test_names (void)
{
  InkPowerPolicy policy = INK_POWER_IDLE;

  g_assert_true (ink_power_policy_from_string ("mains", &policy));
  g_assert_cmpint (policy, ==, INK_POWER_MAINS);
  g_assert_cmpstr (ink_power_policy_to_string (policy), ==, "mains");
  g_assert_false (ink_power_policy_from_string ("sometimes", &policy));
  g_assert_false (ink_power_policy_from_string (NULL, &policy));
  g_assert_cmpint (policy, ==, INK_POWER_MAINS);
}

/* ---- Services ---------------------------------------------------------------------------- */

static guint64 idle_ms; /* what the screen saver below says */

static void
answer_idle (GDBusConnection *connection, const char *sender, const char *path,
             const char *interface, const char *method, GVariant *parameters,
             GDBusMethodInvocation *invocation, gpointer data)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(t)", idle_ms));
}

/* A screen saver in a thread of its own, since those who ask block. */
static gpointer
serve (gpointer loop)
{
  static const char xml[] = "<node><interface name='org.gnome.Mutter.IdleMonitor'>"
                            "<method name='GetIdletime'><arg type='t' direction='out'/></method>"
                            "</interface></node>";
  static const GDBusInterfaceVTable vtable = {answer_idle, NULL, NULL};
  g_autoptr (GMainContext) context = g_main_context_ref (g_main_loop_get_context (loop));
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GVariant) owned = NULL;

  g_main_context_push_thread_default (context);
  connection =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, NULL);
  g_dbus_connection_register_object (connection, "/org/gnome/Mutter/IdleMonitor/Core",
                                     node->interfaces[0], &vtable, NULL, NULL, NULL);
  owned = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.gnome.Mutter.IdleMonitor", 0),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (owned);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static gboolean
is_served (void)
{
  for (guint i = 0; i < 3000; i++) {
    if (ink_power_is_idle (NULL))
      return TRUE;
    g_usleep (10000);
  }
  return FALSE;
}

static void
test_idle (void)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  gboolean idle;

  if (!daemon) {
    g_test_skip ("dbus-daemon is missing");
    return;
  }
  g_test_dbus_up (bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);
  /* Nobody tells: then it is no choice, and who made it all the same does not wait for ever. */
  g_assert_false (ink_power_is_idle (&idle));
  g_assert_true (ink_power_allows (INK_POWER_IDLE));

  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  GThread *thread = g_thread_new ("screen saver", serve, loop);
  g_assert_true (is_served ());
  g_assert_true (ink_power_is_idle (&idle));
  g_assert_false (idle);
  g_assert_false (ink_power_allows (INK_POWER_IDLE));
  idle_ms = 10 * 60 * 1000;
  g_assert_true (ink_power_is_idle (&idle));
  g_assert_true (idle);
  g_assert_true (ink_power_allows (INK_POWER_IDLE));
  g_assert_true (ink_power_allows (INK_POWER_ALWAYS));
  g_main_loop_quit (loop);
  g_thread_join (thread);
  g_test_dbus_stop (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/mains", test_mains);
  g_test_add_func ("/power/names", test_names);
  g_test_add_func ("/power/idle", test_idle);
  return g_test_run ();
}
