/* accessible.c: reads a window as a screen reader does. */
#include "accessible.h"

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define COMPONENT "org.a11y.atspi.Component"
#define REGISTRY "org.a11y.atspi.Registry"
#define ROOT "/org/a11y/atspi/accessible/root"
#define WAIT_MS 5000

/* AtspiStateType */
#define STATE_EXPANDABLE 9
#define STATE_EXPANDED 10
#define STATE_FOCUSED 12
#define STATE_SELECTED 23
#define STATE_VISIBLE 30

/* AtspiCoordType */
#define COORDS_WINDOW 1u

void
accessible_free (Accessible *accessible)
{
  g_free (accessible->bus);
  g_free (accessible->path);
  g_free (accessible->name);
  g_free (accessible->role);
  g_free (accessible);
}

GDBusConnection *
accessible_connect (GDBusConnection *session, GError **error)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", NULL,
      G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, WAIT_MS, NULL, error);
  const char *address;

  if (!reply)
    return NULL;
  g_variant_get (reply, "(&s)", &address);
  return g_dbus_connection_new_for_address_sync (address,
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, NULL, error);
}

/* Returns: (nullable): an object may be gone by the time it is asked */
static GVariant *
call (GDBusConnection *bus, const Accessible *object, const char *interface, const char *method,
      GVariant *arguments, const char *type)
{
  return g_dbus_connection_call_sync (bus, object->bus, object->path, interface, method, arguments,
                                      G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NONE, WAIT_MS, NULL,
                                      NULL);
}

/* The first 32 of its states, as bits. */
static guint32
read_states (GDBusConnection *bus, const Accessible *object)
{
  g_autoptr (GVariant) reply = call (bus, object, ACCESSIBLE, "GetState", NULL, "(au)");
  g_autoptr (GVariant) states = reply ? g_variant_get_child_value (reply, 0) : NULL;
  guint32 first = 0;

  if (states && g_variant_n_children (states) > 0)
    g_variant_get_child (states, 0, "u", &first);
  return first;
}

static void
read_facts (GDBusConnection *bus, Accessible *object)
{
  g_autoptr (GVariant) name = call (bus, object, "org.freedesktop.DBus.Properties", "Get",
                                    g_variant_new ("(ss)", ACCESSIBLE, "Name"), "(v)");
  g_autoptr (GVariant) role = call (bus, object, ACCESSIBLE, "GetRoleName", NULL, "(s)");
  g_autoptr (GVariant) extents =
      call (bus, object, COMPONENT, "GetExtents", g_variant_new ("(u)", COORDS_WINDOW), "((iiii))");

  if (name) {
    g_autoptr (GVariant) value = NULL;
    g_variant_get (name, "(v)", &value);
    object->name = g_variant_dup_string (value, NULL);
  }
  if (role)
    g_variant_get (role, "(s)", &object->role);
  if (extents)
    g_variant_get (extents, "((iiii))", &object->x, &object->y, &object->width, &object->height);
  if (!object->name)
    object->name = g_strdup ("");
  if (!object->role)
    object->role = g_strdup ("");
}

/* Adds @parent's visible children and theirs, but for what is inside something without any extent,
 * such as a page that is not in front. @depth: 0 for programs, which have no states, 1 for windows
 */
static void
add_children (GDBusConnection *bus, const Accessible *parent, guint depth, GPtrArray *found)
{
  g_autoptr (GVariant) reply = call (bus, parent, ACCESSIBLE, "GetChildren", NULL, "(a(so))");
  g_autoptr (GVariant) children = reply ? g_variant_get_child_value (reply, 0) : NULL;

  for (gsize i = 0; children && i < g_variant_n_children (children); i++) {
    Accessible *child = g_new0 (Accessible, 1);
    g_variant_get_child (children, i, "(so)", &child->bus, &child->path);
    guint32 states = depth > 0 ? read_states (bus, child) : 1u << STATE_VISIBLE;
    if ((states & 1u << STATE_VISIBLE) == 0) {
      accessible_free (child);
      continue;
    }
    child->focused = (states & 1u << STATE_FOCUSED) != 0;
    child->selected = (states & 1u << STATE_SELECTED) != 0;
    child->expandable = (states & 1u << STATE_EXPANDABLE) != 0;
    child->expanded = (states & 1u << STATE_EXPANDED) != 0;
    read_facts (bus, child);
    g_ptr_array_add (found, child);
    if (depth <= 1 || (child->width > 0 && child->height > 0))
      add_children (bus, child, depth + 1, found);
  }
}

GPtrArray *
accessible_list (GDBusConnection *bus)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)accessible_free);
  Accessible root = {.bus = (char *)REGISTRY, .path = (char *)ROOT};

  add_children (bus, &root, 0, found);
  return found;
}
