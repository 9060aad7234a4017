/* path.c: conversions between file names, URIs and text. */
#include "base/path.h"

#include <string.h>

#include "base/error.h"

char *
ink_path_to_uri (const char *path)
{
  g_return_val_if_fail (g_path_is_absolute (path), NULL);
  return g_filename_to_uri (path, NULL, NULL);
}

char *
ink_path_from_argument (const char *argument, GError **error)
{
  if (*argument == '\0') {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_NOT_FOUND, "An empty name names no file");
    return NULL;
  }
  if (g_ascii_strncasecmp (argument, "file://", strlen ("file://")) != 0)
    return g_canonicalize_filename (argument, NULL);

  g_autoptr (GError) local = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = g_filename_from_uri (argument, &host, &local);
  if (path == NULL || (host != NULL && *host != '\0' && strcmp (host, "localhost") != 0)) {
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "“%s” is not the URI of a file here%s%s",
                 argument, local != NULL ? ": " : "", local != NULL ? local->message : "");
    return NULL;
  }
  return g_canonicalize_filename (path, NULL);
}

char *
ink_path_from_file (GFile *file, GError **error)
{
  char *path = g_file_get_path (file);

  if (path == NULL) {
    g_autofree char *uri = g_file_get_uri (file);
    g_set_error (error, INK_ERROR, INK_ERROR_NOT_FOUND, "“%s” is not a file on this computer", uri);
  }
  return path;
}

char *
ink_path_to_utf8 (const char *path)
{
  return g_utf8_make_valid (path, -1);
}

char *
ink_path_display (const char *path)
{
  g_autofree char *text = ink_path_to_utf8 (path);
  g_autoptr (GString) display = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    g_string_append_unichar (display, g_unichar_iscntrl (c) ? 0xFFFD : c);
  }
  return g_string_free (g_steal_pointer (&display), FALSE);
}

const char *
ink_path_get_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  /* Only the root folder ends in a slash. */
  if (length > 0 && folder[length - 1] == '/')
    length--;
  if (strncmp (path, folder, length) != 0)
    return NULL;
  if (path[length] == '/')
    return path + length + 1;
  return path[length] == '\0' ? path + length : NULL;
}
