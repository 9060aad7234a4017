/* test-base.c: error codes, paths, folders, dates and files. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/atomic-file.h"
#include "base/dirs.h"
#include "base/document.h"
#include "base/error.h"
#include "base/local-time.h"
#include "base/path.h"
#include "clip.h"
#include "support/folder.h"

/* ---- Errors ------------------------------------------------------------------------------ */

static void
test_error_codes (void)
{
  static const struct {
    int errsv;
    const char *code;
    int status;
  } cases[] = {
      {ENOENT, "not-found", 1}, {EACCES, "permission", 1}, {ENOSPC, "disk-full", 1},
      {EDQUOT, "disk-full", 1}, {EROFS, "read-only", 3},   {EISDIR, "not-regular", 1},
      {EIO, "failed", 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    ink_set_error_from_errno (&error, cases[i].errsv, "Can't read %s", "a.jpg");
    g_assert_cmpstr (ink_error_code (error), ==, cases[i].code);
    g_assert_cmpint (ink_error_exit_status (error), ==, cases[i].status);
    g_assert_true (g_str_has_prefix (error->message, "Can't read a.jpg: "));
  }
  /* Every code has a name of its own, which leads back to it. */
  for (int code = INK_ERROR_FAILED; code <= INK_ERROR_CANCELLED; code++) {
    g_autoptr (GError) error = g_error_new (INK_ERROR, code, "message");
    const char *name = ink_error_code (error);
    g_assert_nonnull (name);
    g_assert_cmpint (ink_error_from_code (name), ==, code);
  }
  g_assert_cmpint (ink_error_from_code ("unheard of"), ==, INK_ERROR_FAILED);
  g_assert_cmpint (ink_error_from_code (NULL), ==, INK_ERROR_FAILED);
}

static void
test_error_domains (void)
{
  const struct {
    GQuark domain;
    int code;
    const char *name;
    int status;
  } cases[] = {
      {G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled", 1},
      {G_IO_ERROR, G_IO_ERROR_NO_SPACE, "disk-full", 1},
      {G_FILE_ERROR, G_FILE_ERROR_NOENT, "not-found", 1},
      {G_FILE_ERROR, G_FILE_ERROR_ACCES, "permission", 1},
      {G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "usage", 2},
      {CLIP_ERROR, CLIP_ERROR_INVALID, "model-invalid", 3},
      {CLIP_ERROR, CLIP_ERROR_IO, "model-invalid", 3},
      {CLIP_ERROR, CLIP_ERROR_ARGUMENT, "usage", 2},
      {CLIP_ERROR, CLIP_ERROR_CANCELLED, "cancelled", 1},
      {INK_ERROR, INK_ERROR_LOCKED, "locked", 3},
      {INK_ERROR, INK_ERROR_NO_LIBRARY, "no-library", 3},
      {g_quark_from_static_string ("stranger"), 3, "failed", 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = g_error_new (cases[i].domain, cases[i].code, "message");
    g_assert_cmpstr (ink_error_code (error), ==, cases[i].name);
    g_assert_cmpint (ink_error_exit_status (error), ==, cases[i].status);
  }
}

/* ---- Paths ------------------------------------------------------------------------------- */

static void
test_path_uri (void)
{
  static const char *const paths[] = {
      "/a b.jpg", "/100%/#1?.jpg", "/line\nbreak.jpg", "/\xff\xfe invalid.jpg", "/\xe6\x97\xa5.jpg",
  };
  g_autofree char *here = g_get_current_dir ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *uri = ink_path_to_uri (paths[i]);
    g_assert_true (g_str_is_ascii (uri));
    g_assert_true (g_str_has_prefix (uri, "file:///"));
    g_autofree char *back = ink_path_from_argument (uri, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (back, ==, paths[i]);
    g_autofree char *same = ink_path_from_argument (paths[i], &error);
    g_assert_cmpstr (same, ==, paths[i]);
  }
  g_autofree char *relative = ink_path_from_argument ("a/../b.jpg", &error);
  g_autofree char *expected = g_build_filename (here, "b.jpg", NULL);
  g_assert_cmpstr (relative, ==, expected);
  static const char *const nowhere[] = {"file://elsewhere/a.jpg", "file:///a%00b", "file://%zz",
                                        ""};
  for (guint i = 0; i < G_N_ELEMENTS (nowhere); i++) {
    g_assert_null (ink_path_from_argument (nowhere[i], &error));
    g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
    g_clear_error (&error);
  }
}

static void
test_path_text (void)
{
  g_autofree char *lossy = ink_path_to_utf8 ("/caf\xe9\n.jpg");
  g_autofree char *display = ink_path_display ("/caf\xe9\n\x1b[31m\xc2\x9b.jpg");

  g_assert_cmpstr (lossy, ==, "/caf\xef\xbf\xbd\n.jpg");
  g_assert_cmpstr (display, ==, "/caf\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd[31m\xef\xbf\xbd.jpg");
}

static void
test_path_below (void)
{
  g_assert_cmpstr (ink_path_get_below ("/a/b/c", "/a/b"), ==, "c");
  g_assert_cmpstr (ink_path_get_below ("/a/b", "/a/b"), ==, "");
  g_assert_cmpstr (ink_path_get_below ("/a/bc", "/a/b"), ==, NULL);
  g_assert_cmpstr (ink_path_get_below ("/a", "/a/b"), ==, NULL);
  g_assert_cmpstr (ink_path_get_below ("/a/b", "/"), ==, "a/b");
  g_assert_cmpstr (ink_path_get_below ("/", "/"), ==, "");
}

/* ---- Folders ----------------------------------------------------------------------------- */

static void
test_dirs (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *deep = g_build_filename (folder, "a", "b", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  struct stat status;

  g_assert_true (ink_dirs_make (deep, &error));
  g_assert_true (ink_dirs_make (deep, &error));
  g_assert_cmpint (g_stat (deep, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 0777, ==, 0700);
  test_folder_write (folder, "file", "x", 1);
  g_assert_false (ink_dirs_make (file, &error));
  g_assert_nonnull (error);

  /* From its build folder the program uses the source tree's data. */
  g_autofree char *vocabulary = ink_dirs_get_vocabulary ();
  g_assert_true (g_file_test (vocabulary, G_FILE_TEST_IS_REGULAR));
  g_setenv ("INKLING_DATA_DIR", folder, TRUE);
  g_autofree char *starter = ink_dirs_get_starter_model ();
  g_autofree char *expected = g_build_filename (folder, "models", "starter", NULL);
  g_assert_cmpstr (starter, ==, expected);
  g_unsetenv ("INKLING_DATA_DIR");
}

/* ---- Dates ------------------------------------------------------------------------------- */

static void
test_time (void)
{
  static const char *const wrong[] = {
      "",
      "2021",
      "2021-13-01",
      "2021-02-30",
      "2021-01-01T",
      "2021-01-01T10:00",
      "2021-01-01T25:00:00",
      "2021-01-01T10:00:00Z",
      "2021-01-01T10:00:00+1",
      "2021-01-01T10:00:00+01:00x",
      "21-01-01T10:00:00",
      " 2021-01-01",
  };
  gint64 clock;

  g_autofree char *text = ink_local_time_format (1620277689);
  g_assert_cmpstr (text, ==, "2021-05-06T07:08:09+02:00");
  g_assert_cmpint (ink_local_time_get_clock (1620277689), ==, 1620277689 + 7200);
  g_assert_true (ink_local_time_parse_clock (text, &clock));
  g_assert_cmpint (clock, ==, 1620277689 + 7200);
  g_assert_true (ink_local_time_parse_clock ("2021-05-06T07:08:09", &clock));
  g_assert_cmpint (clock, ==, 1620277689 + 7200);
  g_assert_true (ink_local_time_parse_clock ("1969-12-31", &clock));
  g_assert_cmpint (clock, ==, -86400);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (ink_local_time_parse_clock (wrong[i], &clock));
  g_autofree char *now = ink_local_time_now ();
  g_assert_true (ink_local_time_parse_clock (now, &clock));
}

/* ---- Files ------------------------------------------------------------------------------- */

static void
test_atomic_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *absent = g_build_filename (folder, "absent", "file", NULL);
  g_autofree char *bytes = NULL;
  struct stat status;
  gsize length;
  guint entries = 0;

  g_assert_true (ink_atomic_file_write (path, "old", 3, &error));
  g_assert_true (ink_atomic_file_write (path, "n\0w", 3, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpmem (bytes, length, "n\0w", 3);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 0777, ==, 0600);

  g_assert_false (ink_atomic_file_write (absent, "x", 1, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* A folder in the way: the new file goes, too. */
  g_autofree char *busy = g_build_filename (folder, "busy", NULL);
  g_assert_cmpint (g_mkdir (busy, 0700), ==, 0);
  g_assert_false (ink_atomic_file_write (busy, "x", 1, &error));
  g_assert_nonnull (error);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    entries++;
  g_assert_cmpuint (entries, ==, 2);
}

/* What EXIF's OffsetTimeOriginal adds to a date: the photo's day and hour are those of the place
 * where it was taken, wherever its owner, or the computer, is. */
static void
test_clock_of_photo (void)
{
  static const char *const zones[] = {"UTC0", "JST-9", "HST10", "NZST-12",
                                      "EST5EDT,M3.2.0,M11.1.0"};
  static const char *const texts[] = {"2024-05-01T23:50:00", "2024-05-01T23:50:00+05:30",
                                      "2024-05-01T23:50:00-09:00", "2024-05-01T23:50:00+14:00"};
  g_autofree char *before = g_strdup (g_getenv ("TZ"));

  for (guint z = 0; z < G_N_ELEMENTS (zones); z++) {
    gint64 day, next;

    g_setenv ("TZ", zones[z], TRUE);
    tzset ();
    g_assert_true (ink_local_time_parse_clock ("2024-05-01", &day));
    g_assert_true (ink_local_time_parse_clock ("2024-05-02", &next));
    g_assert_cmpint (next - day, ==, 24 * 3600);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
      gint64 clock;

      g_assert_true (ink_local_time_parse_clock (texts[i], &clock));
      g_assert_cmpint (clock - day, ==, 24 * 3600 - 600);
    }
  }
  g_setenv ("TZ", before, TRUE);
  tzset ();
}

/* ---- The document portal ------------------------------------------------------------------ */

static void
test_document_root (void)
{
  const char *const roots[] = {"/run/user/1000/doc", "/run/user/0/doc", "/run/flatpak/doc"};
  const char *const others[] = {"/run/user/1000/doc/1a2b", "/run/user/1000/document",
                                "/run/user//doc",          "/run/user/me/doc",
                                "/run/user/1000",          "/home/me/doc",
                                "/run/flatpak/docs"};

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    g_assert_true (ink_document_is_root (roots[i]));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (ink_document_is_root (others[i]));
}

/* A folder with the portal's attribute stands for one that the portal shows. */
static void
test_document_host_path (void)
{
  static const char host[] = "/home/me/Pictures/Holiday";
  g_autoptr (TestFolder) root = test_folder_new ();
  g_autofree char *document = g_build_filename (root, "1a2b", "Holiday", NULL);
  g_autofree char *photo = g_build_filename (document, "sea", "a.jpg", NULL);
  g_autofree char *beside = g_build_filename (root, "1a2b", NULL);

  g_assert_cmpint (g_mkdir_with_parents (document, 0700), ==, 0);
  g_assert_null (ink_document_get_host_path (document, root));
  if (setxattr (document, "user.document-portal.host-path", host, strlen (host), 0) != 0) {
    g_test_skip ("this file system keeps no attributes");
    return;
  }
  g_autofree char *path = ink_document_get_host_path (document, root);
  g_assert_cmpstr (path, ==, host);
  g_autofree char *below = ink_document_get_host_path (photo, root);
  g_assert_cmpstr (below, ==, "/home/me/Pictures/Holiday/sea/a.jpg");
  g_assert_null (ink_document_get_host_path (beside, root));
  g_assert_null (ink_document_get_host_path (root, root));
  /* Only the portal is believed: here nothing is its. */
  g_assert_null (ink_document_get_host_path (document, NULL));
  g_assert_null (ink_document_get_host_path (document, beside));

  g_assert_cmpint (setxattr (document, "user.document-portal.host-path", "relative", 8, 0), ==, 0);
  g_assert_null (ink_document_get_host_path (document, root));
}

int
main (int argc, char **argv)
{
  /* Half of the year east of Greenwich by two hours; needs no time-zone files. */
  g_setenv ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/error/codes", test_error_codes);
  g_test_add_func ("/base/error/domains", test_error_domains);
  g_test_add_func ("/base/path/uri", test_path_uri);
  g_test_add_func ("/base/path/text", test_path_text);
  g_test_add_func ("/base/path/below", test_path_below);
  g_test_add_func ("/base/dirs", test_dirs);
  g_test_add_func ("/base/time", test_time);
  g_test_add_func ("/base/time/clock-of-photo", test_clock_of_photo);
  g_test_add_func ("/base/atomic-file", test_atomic_file);
  g_test_add_func ("/base/document/root", test_document_root);
  g_test_add_func ("/base/document/host-path", test_document_host_path);
  return g_test_run ();
}
