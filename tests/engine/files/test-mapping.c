/* test-mapping.c: a file that shrinks under its mapping costs that mapping, not the process. */
#include "clip.h"
#include "files/mapping.h"
#include "support/expect.h"
#include "support/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES 8

static gsize
page_size (void)
{
  return (gsize)sysconf (_SC_PAGESIZE);
}

/* A file of PAGES pages and a bit, all bytes 'x'. */
static char *
make_file (const TestFolder *folder, const char *name)
{
  gsize size = PAGES * page_size () + 100;
  g_autofree char *data = g_malloc (size);
  memset (data, 'x', size);
  test_folder_write (folder, name, data, size);
  return g_build_filename (folder, name, NULL);
}

static void
test_open (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_file (folder, "whole");
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, &error);
  g_assert_no_error (error);
  gsize size;
  const guint8 *data = clip_mapping_get_data (mapping, &size);
  g_assert_cmpuint (size, ==, PAGES * page_size () + 100);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpuint (data[i], ==, 'x');
  g_assert_true (clip_mapping_check (mapping, &error));

  test_folder_write (folder, "empty", "", 0);
  g_autofree char *empty_path = g_build_filename (folder, "empty", NULL);
  g_autoptr (ClipMapping) empty = clip_mapping_open (empty_path, &error);
  g_assert_no_error (error);
  clip_mapping_get_data (empty, &size);
  g_assert_cmpuint (size, ==, 0);
}

static void
test_copy (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_file (folder, "whole");
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, NULL);
  gsize size;
  const guint8 *data = clip_mapping_get_data (mapping, &size);
  char bytes[8] = "........";
  g_assert_true (clip_mapping_copy (mapping, data + size - 3, 3, bytes + 1));
  g_assert_cmpmem (bytes, sizeof bytes, ".xxx....", sizeof bytes);
  g_assert_cmpint (truncate (path, 10), ==, 0);
  g_assert_false (clip_mapping_copy (mapping, data + 5, 8, bytes));
}

static void
test_not_regular (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *absent = g_build_filename (folder, "absent", NULL);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (clip_mapping_open (folder, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, folder, "not a regular file");
  g_assert_null (clip_mapping_open (fifo, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, fifo, "not a regular file");
  g_assert_null (clip_mapping_open (absent, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, absent, g_strerror (ENOENT));
}

static void
set_time (const char *path, time_t seconds)
{
  const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

/* Changes that no read trips over: within a page, or without a change of size. */
static void
test_changes (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_file (folder, "changes");
  set_time (path, 1000);
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, &error);
  g_assert_true (clip_mapping_check (mapping, &error));
  set_time (path, 1001); /* as any write does */
  g_assert_false (clip_mapping_check (mapping, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, path, "changed");
  set_time (path, 1000);
  g_assert_true (clip_mapping_check (mapping, &error));
  g_assert_cmpint (truncate (path, (off_t)(PAGES * page_size () + 50)), ==, 0);
  set_time (path, 1000);
  g_assert_false (clip_mapping_check (mapping, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, path, "changed");
  g_set_error_literal (&error, CLIP_ERROR, CLIP_ERROR_INVALID, "nonsense");
  clip_mapping_explain (mapping, &error);
  expect_clip_error (&error, CLIP_ERROR_IO, path, "changed");
}

static gpointer
sum (gpointer mapping)
{
  gsize size, total = 0;
  const guint8 *data = clip_mapping_get_data (mapping, &size);
  for (gsize i = 0; i < size; i++)
    total += ((const volatile guint8 *)data)[i];
  return GSIZE_TO_POINTER (total);
}

static void
test_shrinks (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_file (folder, "shrinks");
  g_autofree char *other_path = make_file (folder, "other");
  set_time (path, 1000);
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, &error);
  g_autoptr (ClipMapping) other = clip_mapping_open (other_path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 2 * (off_t)page_size ()), ==, 0);

  GThread *threads[4];
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", sum, mapping);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (threads[i])), ==, 2 * page_size () * 'x');

  /* Even where the file is then as it was. */
  g_assert_cmpint (truncate (path, (off_t)(PAGES * page_size () + 100)), ==, 0);
  set_time (path, 1000);
  g_assert_false (clip_mapping_check (mapping, &error));
  expect_clip_error (&error, CLIP_ERROR_IO, path, "shorter");
  sum (other);
  g_assert_true (clip_mapping_check (other, &error));
}

static gpointer
open_and_close (gpointer path)
{
  for (guint i = 0; i < 200; i++) {
    ClipMapping *mapping = clip_mapping_open (path, NULL);
    g_assert_nonnull (mapping);
    clip_mapping_close (mapping);
  }
  return NULL;
}

/* The handler walks the list while other threads change it. */
static void
test_busy_list (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *steady_path = make_file (folder, "steady");
  g_autofree char *path = make_file (folder, "shrinks");
  GThread *threads[2];
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("opener", open_and_close, steady_path);
  for (guint i = 0; i < 50; i++) {
    g_free (make_file (folder, "shrinks"));
    g_autoptr (ClipMapping) mapping = clip_mapping_open (path, NULL);
    g_assert_cmpint (truncate (path, 0), ==, 0);
    g_assert_cmpuint (GPOINTER_TO_SIZE (sum (mapping)), ==, 0);
    g_autoptr (GError) error = NULL;
    g_assert_false (clip_mapping_check (mapping, &error));
    expect_clip_error (&error, CLIP_ERROR_IO, path, "shorter");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
on_foreign_fault (int number)
{
  _exit (0);
}

/* Reads behind the end of a file that somebody else mapped; a mapping of ours is open as well. */
static void
fault_elsewhere (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_file (folder, "ours");
  g_autofree char *foreign_path = make_file (folder, "foreign");
  g_autoptr (ClipMapping) mapping = clip_mapping_open (path, NULL);
  g_assert_nonnull (mapping);
  int file = open (foreign_path, O_RDONLY | O_CLOEXEC);
  const volatile char *foreign = mmap (NULL, page_size (), PROT_READ, MAP_PRIVATE, file, 0);
  g_assert_true (foreign != MAP_FAILED);
  g_assert_cmpint (truncate (foreign_path, 0), ==, 0);
  test_folder_free (g_steal_pointer (&folder)); /* nothing is left behind when we die here */
  (void)foreign[0];
}

static void
test_foreign_handled (void)
{
  if (g_test_subprocess ()) {
    signal (SIGBUS, on_foreign_fault);
    fault_elsewhere ();
    _exit (1);
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_foreign_fatal (void)
{
  if (g_test_subprocess ()) {
    signal (SIGBUS, SIG_DFL);
    fault_elsewhere ();
    _exit (0);
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mapping/open", test_open);
  g_test_add_func ("/mapping/copy", test_copy);
  g_test_add_func ("/mapping/not-regular", test_not_regular);
  g_test_add_func ("/mapping/changes", test_changes);
  g_test_add_func ("/mapping/shrinks", test_shrinks);
  g_test_add_func ("/mapping/busy-list", test_busy_list);
  g_test_add_func ("/mapping/foreign-handled", test_foreign_handled);
  g_test_add_func ("/mapping/foreign-fatal", test_foreign_fatal);
  return g_test_run ();
}
