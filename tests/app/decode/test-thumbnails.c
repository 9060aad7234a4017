/* test-thumbnails.c: the thumbnail store. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "decode/thumbnails.h"
#include "support/folder.h"

static const guint8 key[INK_CONTENT_KEY_SIZE] = {0xab, 1, 2,  3,  4,  5,  6,  7,
                                                 8,    9, 10, 11, 12, 13, 14, 0xff};

static const char small_jpeg[] = "\xff\xd8 not pixels but framed like a JPEG \xff\xd9";

static GBytes *
make_thumbnail (void)
{
  return g_bytes_new_static (small_jpeg, sizeof small_jpeg - 1);
}

static char *
expected_path (void)
{
  return g_build_filename (g_get_user_cache_dir (), "inkling", "thumbnails", "ab",
                           "ab0102030405060708090a0b0c0d0eff-256.jpg", NULL);
}

static void
test_store_and_load (void)
{
  g_autoptr (GBytes) thumbnail = make_thumbnail ();
  g_autofree char *path = expected_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  struct stat facts;

  g_assert_null (ink_thumbnails_load (key));
  g_assert_cmpuint (ink_thumbnails_get_size (), ==, 0);
  g_assert_true (ink_thumbnails_store (key, thumbnail, &error));
  g_assert_no_error (error);

  g_autoptr (GBytes) loaded = ink_thumbnails_load (key);
  g_assert_true (g_bytes_equal (loaded, thumbnail));
  g_assert_cmpuint (ink_thumbnails_get_size (), ==, sizeof small_jpeg - 1);

  /* For nobody else's eyes, and nothing half written is left behind. */
  g_assert_cmpint (stat (path, &facts), ==, 0);
  g_assert_cmpuint (facts.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (folder, &facts), ==, 0);
  g_assert_cmpuint (facts.st_mode & 0777, ==, 0700);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (files), ==, "ab0102030405060708090a0b0c0d0eff-256.jpg");
  g_assert_null (g_dir_read_name (files));
}

static void
test_replace_and_remove (void)
{
  g_autoptr (GBytes) first = make_thumbnail ();
  g_autoptr (GBytes) second = g_bytes_new_static ("\xff\xd8 other \xff\xd9", 11);
  g_autoptr (GError) error = NULL;

  g_assert_true (ink_thumbnails_store (key, first, &error));
  g_assert_true (ink_thumbnails_store (key, second, &error));
  g_autoptr (GBytes) loaded = ink_thumbnails_load (key);
  g_assert_true (g_bytes_equal (loaded, second));
  g_assert_true (ink_thumbnails_remove (key, &error));
  g_assert_null (ink_thumbnails_load (key));
  g_assert_true (ink_thumbnails_remove (key, &error));
  g_assert_no_error (error);
}

/* What a power loss or a full disk leaves counts as missing, and can be replaced. */
static void
test_damaged (void)
{
  g_autofree char *path = expected_path ();
  g_autoptr (GBytes) thumbnail = make_thumbnail ();
  g_autoptr (GError) error = NULL;
  g_autofree char *zeros = g_malloc0 (sizeof small_jpeg - 1);

  g_assert_true (ink_thumbnails_store (key, thumbnail, &error));
  for (gssize length = 0; length < (gssize)sizeof small_jpeg - 1; length++) {
    g_assert_true (g_file_set_contents (path, small_jpeg, length, &error));
    g_assert_null (ink_thumbnails_load (key));
  }
  g_assert_true (g_file_set_contents (path, zeros, sizeof small_jpeg - 1, &error));
  g_assert_null (ink_thumbnails_load (key));

  g_assert_true (ink_thumbnails_store (key, thumbnail, &error));
  g_autoptr (GBytes) loaded = ink_thumbnails_load (key);
  g_assert_true (g_bytes_equal (loaded, thumbnail));
}

static void
test_not_writable (void)
{
  g_autofree char *path = expected_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GBytes) thumbnail = make_thumbnail ();
  g_autoptr (GError) error = NULL;

  /* A file where the folder belongs stops root as well. */
  g_assert_true (ink_thumbnails_remove (key, &error));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_true (g_file_set_contents (folder, "", 0, &error));
  g_assert_false (ink_thumbnails_store (key, thumbnail, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "ab"));
  g_assert_cmpint (g_unlink (folder), ==, 0);
}

/* Those that were not looked at for longest go first. */
static void
test_trim (void)
{
  g_autoptr (GBytes) thumbnail = make_thumbnail ();
  guint64 size = g_bytes_get_size (thumbnail);
  g_autoptr (GError) error = NULL;

  for (guint8 i = 0; i < 4; i++) {
    guint8 own[INK_CONTENT_KEY_SIZE] = {i};
    g_autofree char *name = g_strdup_printf ("%02x000000000000000000000000000000-256.jpg", i);
    g_autofree char *folder = g_strdup_printf ("%02x", i);
    g_autofree char *path =
        g_build_filename (g_get_user_cache_dir (), "inkling", "thumbnails", folder, name, NULL);
    struct utimbuf times = {1000000 - i, 1000000 - i};

    g_assert_true (ink_thumbnails_store (own, thumbnail, &error));
    g_assert_cmpint (g_utime (path, &times), ==, 0);
  }
  g_assert_true (ink_thumbnails_trim (4 * size, &error));
  g_assert_cmpuint (ink_thumbnails_get_size (), ==, 4 * size);
  g_assert_true (ink_thumbnails_trim (2 * size + 1, &error));
  g_assert_cmpuint (ink_thumbnails_get_size (), ==, 2 * size);
  for (guint8 i = 0; i < 4; i++) {
    guint8 own[INK_CONTENT_KEY_SIZE] = {i};
    g_autoptr (GBytes) left = ink_thumbnails_load (own);

    g_assert_true ((left != NULL) == (i < 2));
  }
  g_assert_true (ink_thumbnails_trim (0, &error));
  g_assert_cmpuint (ink_thumbnails_get_size (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thumbnails/store-and-load", test_store_and_load);
  g_test_add_func ("/thumbnails/replace-and-remove", test_replace_and_remove);
  g_test_add_func ("/thumbnails/damaged", test_damaged);
  g_test_add_func ("/thumbnails/not-writable", test_not_writable);
  g_test_add_func ("/thumbnails/trim", test_trim);
  return g_test_run ();
}
