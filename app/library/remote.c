/* remote.c: the process that has the library, over D-Bus. */
#include "library/remote.h"

#include <string.h>

#include "store/store.h"

#define NAME_PREFIX "io.github.inkling_app.Inkling.Library.l"

/* So much of the hash tells libraries apart. */
#define NAME_DIGITS 16

struct _InkRemote {
  GDBusConnection *connection;
  char *name;
  char *program;
};

char *
ink_remote_make_name (const char *directory)
{
  g_autofree char *real = ink_store_resolve_path (directory);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, real, -1);

  return g_strdup_printf (NAME_PREFIX "%.*s", NAME_DIGITS, hash);
}

void
ink_remote_free (InkRemote *remote)
{
  g_clear_object (&remote->connection);
  g_free (remote->name);
  g_free (remote->program);
  g_free (remote);
}

const char *
ink_remote_get_program (const InkRemote *remote)
{
  return remote->program;
}

static char *
ask_program (GDBusConnection *connection, const char *name)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, name, INK_REMOTE_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", INK_REMOTE_INTERFACE, "Program"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);
  g_autoptr (GVariant) value = NULL;

  if (!answer)
    return NULL;
  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL)
                                                             : NULL;
}

InkRemote *
ink_remote_find (const char *directory)
{
  g_autoptr (InkRemote) remote = g_new0 (InkRemote, 1);

  remote->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (!remote->connection)
    return NULL;
  g_dbus_connection_set_exit_on_close (remote->connection, FALSE);
  remote->name = ink_remote_make_name (directory);
  remote->program = ask_program (remote->connection, remote->name);
  return remote->program ? g_steal_pointer (&remote) : NULL;
}

/* The error as it was in the other process. */
static void
translate (GError *from, GError **error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (from);

  g_dbus_error_strip_remote_error (from);
  if (name && g_str_has_prefix (name, INK_REMOTE_ERROR)) {
    char *code = g_strdelimit (name + strlen (INK_REMOTE_ERROR), "_", '-');
    g_set_error_literal (error, INK_ERROR, (int)ink_error_from_code (code), from->message);
  } else {
    g_propagate_error (error, g_error_copy (from));
  }
}

GVariant *
ink_remote_call (InkRemote *remote, const char *method, GVariant *parameters,
                 const GVariantType *type, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      remote->connection, remote->name, INK_REMOTE_PATH, INK_REMOTE_INTERFACE, method, parameters,
      type, G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, cancellable, &local);

  if (!answer)
    translate (local, error);
  return answer;
}

gboolean
ink_remote_run (InkRemote *remote, const char *method, GVariant *parameters, GError **error)
{
  g_autoptr (GVariant) answer =
      ink_remote_call (remote, method, parameters, G_VARIANT_TYPE_UNIT, NULL, error);

  return answer != NULL;
}
