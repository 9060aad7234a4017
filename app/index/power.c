/* power.c: mains power from the kernel, power saving and idleness from services on the bus.
 *
 * What is asked is asked anew each time: the indexer asks every few seconds and only while it has
 * something to do, so that there is nothing to keep up to date in between.
 */
#include "index/power.h"

/* A service that does not answer within this is not there. */
#define TIMEOUT_MS 2000

/* The screen saver tells how long nobody has touched anything; so many milliseconds are idle. */
#define IDLE_MS (2 * 60 * 1000)

static const char *const policies[] = {
    [INK_POWER_ALWAYS] = "always",
    [INK_POWER_MAINS] = "mains",
    [INK_POWER_IDLE] = "idle",
};

const char *
ink_power_policy_to_string (InkPowerPolicy policy)
{
  return policies[policy];
}

gboolean
ink_power_policy_from_string (const char *text, InkPowerPolicy *policy)
{
  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    if (g_strcmp0 (text, policies[i]) == 0) {
      *policy = (InkPowerPolicy)i;
      return TRUE;
    }
  return FALSE;
}

/* ---- Mains ------------------------------------------------------------------------------- */

/* Whether the file @name of a power supply has this line in it. */
static gboolean
says (const char *supply, const char *name, const char *line)
{
  g_autofree char *path = g_build_filename (supply, name, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (g_strchomp (text), line);
}

gboolean
ink_power_is_on_mains (const char *folder)
{
  const char *supplies = folder ? folder : "/sys/class/power_supply";
  g_autoptr (GDir) dir = g_dir_open (supplies, 0, NULL);
  gboolean discharging = FALSE;

  for (const char *name; dir && (name = g_dir_read_name (dir));) {
    g_autofree char *supply = g_build_filename (supplies, name, NULL);

    /* The battery of a mouse says nothing about the computer. */
    if (says (supply, "scope", "Device"))
      continue;
    if (says (supply, "online", "1") && !says (supply, "type", "Battery"))
      return TRUE;
    discharging |= says (supply, "type", "Battery") && says (supply, "status", "Discharging");
  }
  return !discharging;
}

/* ---- Services ---------------------------------------------------------------------------- */

/* Calls a method that takes @parameters and gives one value. Returns: (nullable) */
static GVariant *
ask (GBusType bus, const char *name, const char *path, const char *interface, const char *method,
     GVariant *parameters)
{
  g_autoptr (GVariant) sunk = parameters ? g_variant_ref_sink (parameters) : NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (bus, NULL, NULL);
  g_autoptr (GVariant) answer =
      connection
          ? g_dbus_connection_call_sync (connection, name, path, interface, method, sunk, NULL,
                                         G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, NULL)
          : NULL;
  g_autoptr (GVariant) value =
      answer && g_variant_n_children (answer) == 1 ? g_variant_get_child_value (answer, 0) : NULL;

  if (value && g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    return g_variant_get_variant (value);
  return g_steal_pointer (&value);
}

static GVariant *
get_property (GBusType bus, const char *name, const char *path, const char *interface,
              const char *property)
{
  return ask (bus, name, path, "org.freedesktop.DBus.Properties", "Get",
              g_variant_new ("(ss)", interface, property));
}

/* Whether the user wants power to be saved: as GPowerProfileMonitor finds out, which, however,
 * follows changes only in a thread with a main loop. */
static gboolean
is_saving_power (void)
{
  g_autoptr (GVariant) profile =
      get_property (G_BUS_TYPE_SYSTEM, "net.hadess.PowerProfiles", "/net/hadess/PowerProfiles",
                    "net.hadess.PowerProfiles", "ActiveProfile");
  g_autoptr (GVariant) portal =
      profile ? NULL
              : get_property (G_BUS_TYPE_SESSION, "org.freedesktop.portal.Desktop",
                              "/org/freedesktop/portal/desktop",
                              "org.freedesktop.portal.PowerProfileMonitor", "power-saver-enabled");

  if (profile && g_variant_is_of_type (profile, G_VARIANT_TYPE_STRING))
    return g_str_equal (g_variant_get_string (profile, NULL), "power-saver");
  return portal && g_variant_is_of_type (portal, G_VARIANT_TYPE_BOOLEAN) &&
         g_variant_get_boolean (portal);
}

static gboolean
ask_login_manager (gboolean *idle)
{
  g_autoptr (GVariant) hint = get_property (G_BUS_TYPE_SYSTEM, "org.freedesktop.login1",
                                            "/org/freedesktop/login1/session/auto",
                                            "org.freedesktop.login1.Session", "IdleHint");

  if (!hint || !g_variant_is_of_type (hint, G_VARIANT_TYPE_BOOLEAN))
    return FALSE;
  *idle = g_variant_get_boolean (hint);
  return TRUE;
}

/* Both desktops have one of their own beside the common one, which may leave this out. */
static gboolean
ask_screen_saver (gboolean *idle)
{
  static const char *const services[][4] = {
      {"org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core",
       "org.gnome.Mutter.IdleMonitor", "GetIdletime"},
      {"org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver",
       "GetSessionIdleTime"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
    const char *const *service = services[i];
    g_autoptr (GVariant) time =
        ask (G_BUS_TYPE_SESSION, service[0], service[1], service[2], service[3], NULL);

    if (time && g_variant_is_of_type (time, G_VARIANT_TYPE_UINT64)) {
      *idle = g_variant_get_uint64 (time) >= IDLE_MS;
      return TRUE;
    }
    if (time && g_variant_is_of_type (time, G_VARIANT_TYPE_UINT32)) {
      *idle = g_variant_get_uint32 (time) >= IDLE_MS;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
ink_power_is_idle (gboolean *idle)
{
  gboolean unused;

  if (!idle)
    idle = &unused;
  *idle = FALSE;
  return ask_screen_saver (idle) || ask_login_manager (idle);
}

gboolean
ink_power_allows (InkPowerPolicy policy)
{
  gboolean idle;

  switch (policy) {
  case INK_POWER_MAINS:
    return ink_power_is_on_mains (NULL) && !is_saving_power ();
  case INK_POWER_IDLE:
    /* Where nobody can tell any more, waiting would be for ever. */
    return !ink_power_is_idle (&idle) || idle;
  case INK_POWER_ALWAYS:
  default:
    return TRUE;
  }
}
