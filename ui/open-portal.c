/* open-portal.c: files for other programs, through org.freedesktop.portal.OpenURI. */
#include "open-portal.h"

#include "base/error.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.OpenURI"

gboolean
ink_open_portal_is_needed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

typedef struct {
  GFile *file;
  InkOpenHow how;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->file);
  g_free (opening);
}

/* Returns: (transfer full): with the file's descriptor, which is its first */
static GUnixFDList *
open_descriptor (GFile *file, GError **error)
{
  g_autofree char *path = ink_path_from_file (file, error);
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  int descriptor = path ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (!path)
    return NULL;
  if (descriptor < 0) {
    int errsv = errno;
    g_autofree char *display = ink_path_display (path);
    ink_set_error_from_errno (error, errsv, "Can't open %s", display);
    return NULL;
  }
  int index = g_unix_fd_list_append (list, descriptor, error);
  close (descriptor);
  return index == 0 ? g_steal_pointer (&list) : NULL;
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Opening *opening = data;
  GError *error = NULL;
  g_autoptr (GUnixFDList) descriptors = open_descriptor (opening->file, &error);
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (opening->how == INK_OPEN_WITH)
    g_variant_builder_add (&options, "{sv}", "ask", g_variant_new_boolean (TRUE));
  GVariant *arguments = g_variant_ref_sink (g_variant_new ("(sha{sv})", "", 0, &options));
  if (descriptors)
    reply = g_dbus_connection_call_with_unix_fd_list_sync (
        G_DBUS_CONNECTION (source), PORTAL, PORTAL_PATH, PORTAL_INTERFACE,
        opening->how == INK_OPEN_WITH ? "OpenFile" : "OpenDirectory", arguments,
        G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, descriptors, NULL, cancellable, &error);
  g_variant_unref (arguments);
  if (reply) {
    g_task_return_boolean (task, TRUE);
  } else {
    g_dbus_error_strip_remote_error (error);
    g_task_return_error (task, error);
  }
}

void
ink_open_portal_open_async (GDBusConnection *bus, GFile *file, InkOpenHow how,
                            GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (bus, NULL, callback, data);
  Opening *opening = g_new0 (Opening, 1);

  opening->file = g_object_ref (file);
  opening->how = how;
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_thread);
}

gboolean
ink_open_portal_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
