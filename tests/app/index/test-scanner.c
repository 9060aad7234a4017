/* test-scanner.c: which files the scanner finds in a tree with everything that a tree can have. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "index/scanner.h"
#include "support/folder.h"

/* Collects what a scan reports, in its order. */
typedef struct {
  GPtrArray *found;      /* paths; videos with "video:" before them */
  GPtrArray *unreadable; /* paths */
  InkFileStamp stamp;    /* of the last file */
  GCancellable *cancellable;
  guint cancel_after; /* files; 0 for never */
} Report;

static void
report_clear (Report *report)
{
  g_clear_pointer (&report->found, g_ptr_array_unref);
  g_clear_pointer (&report->unreadable, g_ptr_array_unref);
  g_clear_object (&report->cancellable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

static void
file_cb (const InkScannedFile *file, gpointer data)
{
  Report *report = data;
  g_ptr_array_add (report->found,
                   g_strconcat (file->kind == INK_NAME_VIDEO ? "video:" : "", file->path, NULL));
  report->stamp = file->stamp;
  if (report->found->len == report->cancel_after)
    g_cancellable_cancel (report->cancellable);
}

static void
unreadable_cb (const char *path, const GError *error, gpointer data)
{
  Report *report = data;
  g_test_message ("unreadable: %s: %s", path, error->message);
  g_ptr_array_add (report->unreadable, g_strdup (path));
}

static const InkScanFuncs funcs = {.file = file_cb, .unreadable = unreadable_cb};

static void
report_init (Report *report)
{
  *report = (Report){
      .found = g_ptr_array_new_with_free_func (g_free),
      .unreadable = g_ptr_array_new_with_free_func (g_free),
      .cancellable = g_cancellable_new (),
  };
}

static void
scan (const char *folder, const char *const *excluded, Report *report)
{
  InkScanOptions options = {.excluded = excluded};
  g_autoptr (GError) error = NULL;

  report_init (report);
  g_assert_true (ink_scan_folder (folder, &options, &funcs, report, NULL, &error));
  g_assert_no_error (error);
}

static void
expect (const GPtrArray *paths, const char *const *expected)
{
  for (guint i = 0; i < paths->len; i++) {
    g_assert_nonnull (expected[i]);
    g_assert_cmpstr (g_ptr_array_index (paths, i), ==, expected[i]);
  }
  g_assert_null (expected[paths->len]);
}

static void
make_folder (const TestFolder *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

static void
make_file (const TestFolder *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int file = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  g_assert_cmpint (file, >=, 0);
  close (file);
}

static void
test_kinds (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};

  make_folder (folder, "b");
  make_folder (folder, "a/deep/er");
  make_file (folder, "z.JPG");
  make_file (folder, "b/one.png");
  make_file (folder, "b/film.mp4");
  make_file (folder, "b/notes.txt");
  make_file (folder, "b/jpg");
  make_file (folder, "a/deep/er/x.heic");
  scan (folder, NULL, &report);
  expect (report.found,
          (const char *[]){"z.JPG", "a/deep/er/x.heic", "video:b/film.mp4", "b/one.png", NULL});
  expect (report.unreadable, (const char *[]){NULL});
}

static void
test_stamp (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};
  g_autofree char *path = g_build_filename (folder, "x.jpg", NULL);
  struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1234567890, .tv_nsec = 123456789}};
  struct stat facts;

  test_folder_write (folder, "x.jpg", "12345", 5);
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  g_assert_cmpint (stat (path, &facts), ==, 0);
  scan (folder, NULL, &report);
  g_assert_cmpint (report.stamp.size, ==, 5);
  g_assert_cmpint (report.stamp.mtime_ns, ==,
                   facts.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + facts.st_mtim.tv_nsec);
  g_assert_cmpuint (report.stamp.device, ==, facts.st_dev);
  g_assert_cmpuint (report.stamp.inode, ==, facts.st_ino);
}

static void
test_left_out (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};
  g_autofree char *excluded = g_build_filename (folder, "excluded", NULL);

  make_file (folder, ".hidden.jpg");
  make_folder (folder, ".thumbnails");
  make_file (folder, ".thumbnails/x.jpg");
  make_folder (folder, "album-art");
  make_file (folder, "album-art/.nomedia");
  make_file (folder, "album-art/cover.jpg");
  make_folder (folder, "album-art/below");
  make_file (folder, "album-art/below/cover.jpg");
  make_folder (folder, "excluded");
  make_file (folder, "excluded/x.jpg");
  make_file (folder, "seen.jpg");
  make_folder (folder, "folder.jpg");
  make_file (folder, "folder.jpg/in.jpg");

  scan (folder, (const char *[]){excluded, "/nonexistent", NULL}, &report);
  expect (report.found, (const char *[]){"seen.jpg", "folder.jpg/in.jpg", NULL});
}

/* The library's and the cache's own folders, where they lie below what is scanned. */
static void
test_own_folders (void)
{
  const TestFolder *home = g_get_user_data_dir ();
  g_auto (Report) report = {0};

  make_folder (home, "inkling/thumbnails");
  make_file (home, "inkling/thumbnails/x.jpg");
  make_folder (home, "Pictures");
  make_file (home, "Pictures/x.jpg");
  scan (home, NULL, &report);
  expect (report.found, (const char *[]){"Pictures/x.jpg", NULL});
}

/* Links to files, to folders, to themselves and back up. */
static void
test_links (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestFolder) elsewhere = test_folder_new ();
  g_auto (Report) report = {0};
  g_auto (Report) through_link = {0};
  static const char *const links[][2] = {
      {"real.jpg", "link.jpg"},
      {"self.jpg", "self.jpg"},
      {"missing.jpg", "dangling.jpg"},
      {".", "loop"},
      {"..", "sub/up"},
      {"/", "sub/root"},
  };

  make_folder (folder, "sub");
  make_file (folder, "real.jpg");
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autofree char *path = g_build_filename (folder, links[i][1], NULL);
    g_assert_cmpint (symlink (links[i][0], path), ==, 0);
  }
  scan (folder, NULL, &report);
  expect (report.found, (const char *[]){"real.jpg", NULL});

  /* The folder that the user chose may itself be a link. */
  g_autofree char *chosen = g_build_filename (elsewhere, "chosen", NULL);
  g_assert_cmpint (symlink (folder, chosen), ==, 0);
  scan (chosen, NULL, &through_link);
  expect (through_link.found, (const char *[]){"real.jpg", NULL});
}

/* Nothing of this may be opened or waited for. */
static void
test_special_files (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};
  g_autofree char *pipe_path = g_build_filename (folder, "pipe.jpg", NULL);
  struct sockaddr_un address = {.sun_family = AF_UNIX};

  make_file (folder, "real.jpg");
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  int socket_file = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/socket.jpg", folder);
  g_assert_cmpint (bind (socket_file, (struct sockaddr *)&address, sizeof address), ==, 0);
  scan (folder, NULL, &report);
  close (socket_file);
  expect (report.found, (const char *[]){"real.jpg", NULL});
}

/* Names are bytes: control characters, no UTF-8, the longest that there can be. */
static void
test_names (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};
  char longest[256];

  memset (longest, 'x', 251);
  strcpy (longest + 251, ".jpg");
  make_file (folder, "\x01line\nbreak\t.jpg");
  make_file (folder, " .jpg");
  make_file (folder, "-rf *.jpg");
  make_file (folder, "\xff\xfe.jpg");
  make_file (folder, "\xe7\x8c\xab.jpg");
  make_file (folder, "%s%n.jpg");
  make_file (folder, longest);
  scan (folder, NULL, &report);
  expect (report.found, (const char *[]){"\x01line\nbreak\t.jpg", " .jpg", "%s%n.jpg", "-rf *.jpg",
                                         longest, "\xe7\x8c\xab.jpg", "\xff\xfe.jpg", NULL});
}

/* A path of more than 4,096 bytes can't be opened as a whole, but step by step; a tree too deep for
 * that is reported and does no harm. */
static void
test_deep (void)
{
  g_autofree char *folder = g_dir_make_tmp ("inkling-test-XXXXXX", NULL);
  g_auto (Report) report = {0};
  char name[101] = {0};
  int at = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  memset (name, 'd', 100);
  for (guint depth = 0; depth < 300; depth++) {
    if (depth == 100) {
      int file = openat (at, "deep.jpg", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
      g_assert_cmpint (file, >=, 0);
      close (file);
    }
    g_assert_cmpint (mkdirat (at, name, 0700), ==, 0);
    int next = openat (at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    g_assert_cmpint (next, >=, 0);
    close (at);
    at = next;
  }
  close (at);

  scan (folder, NULL, &report);
  g_assert_cmpuint (report.found->len, ==, 1);
  g_assert_cmpuint (strlen (g_ptr_array_index (report.found, 0)), ==, 100 * 101 + 8);
  g_assert_cmpuint (report.unreadable->len, ==, 1);

  /* Nor could the usual way to remove a tree cope with it. */
  g_autofree char *command = g_strdup_printf ("rm -rf -- '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
test_unreadable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};
  g_autofree char *closed = g_build_filename (folder, "closed", NULL);

  make_folder (folder, "closed");
  make_file (folder, "open.jpg");
  g_assert_cmpint (chmod (closed, 0), ==, 0);
  /* Root reads every folder, so it becomes somebody else meanwhile. */
  gboolean is_root = geteuid () == 0;
  if (is_root && (chown (folder, 65534, 65534) != 0 || seteuid (65534) != 0)) {
    g_test_skip ("root reads every folder");
    return;
  }
  scan (folder, NULL, &report);
  /* Where it is the folder itself, nothing at all is known. */
  g_autoptr (GError) error = NULL;
  g_assert_false (ink_scan_folder (closed, NULL, &funcs, &report, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_PERMISSION);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (chmod (closed, 0700), ==, 0);
  expect (report.found, (const char *[]){"open.jpg", NULL});
  expect (report.unreadable, (const char *[]){"closed", NULL});
}

static void
test_no_folder (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_auto (Report) report = {0};
  g_autoptr (GError) error = NULL;

  report_init (&report);
  g_assert_false (ink_scan_folder (missing, NULL, &funcs, &report, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);

  make_file (folder, "file");
  g_assert_false (ink_scan_folder (file, NULL, &funcs, &report, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_FOUND);
}

static void
test_cancel (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (Report) report = {0};
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);
    make_file (folder, name);
  }
  report_init (&report);
  report.cancel_after = 3;
  g_assert_false (ink_scan_folder (folder, NULL, &funcs, &report, report.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (report.found->len, ==, 3);
}

static void
test_classify (void)
{
  static const struct {
    const char *name;
    InkNameKind kind;
  } cases[] = {
      {"a.jpg", INK_NAME_PICTURE},   {"a.JPeG", INK_NAME_PICTURE}, {"a.b.tiff", INK_NAME_PICTURE},
      {"a.NEF", INK_NAME_PICTURE},   {"a.jxl", INK_NAME_PICTURE},  {"a.MOV", INK_NAME_VIDEO},
      {"a.jpg.txt", INK_NAME_OTHER}, {"jpg", INK_NAME_OTHER},      {"a.", INK_NAME_OTHER},
      {"", INK_NAME_OTHER},          {"a.jpgx", INK_NAME_OTHER},   {"a.svg", INK_NAME_OTHER},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ink_decoder_classify_name (cases[i].name), ==, cases[i].kind);
}

int
main (int argc, char **argv)
{
  g_autoptr (TestFolder) home = test_folder_new ();
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scanner/kinds", test_kinds);
  g_test_add_func ("/scanner/stamp", test_stamp);
  g_test_add_func ("/scanner/left-out", test_left_out);
  g_test_add_func ("/scanner/own-folders", test_own_folders);
  g_test_add_func ("/scanner/links", test_links);
  g_test_add_func ("/scanner/special-files", test_special_files);
  g_test_add_func ("/scanner/names", test_names);
  g_test_add_func ("/scanner/deep", test_deep);
  g_test_add_func ("/scanner/unreadable", test_unreadable);
  g_test_add_func ("/scanner/no-folder", test_no_folder);
  g_test_add_func ("/scanner/cancel", test_cancel);
  g_test_add_func ("/scanner/classify", test_classify);
  return g_test_run ();
}
