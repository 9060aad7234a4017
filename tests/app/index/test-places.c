/* test-places.c: drives that are plugged in and out, rules that leave things out, photos that are
 * seen at two places, and losses too large to be believed at once. */
#include "app/index/index-fixture.h"

#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "app/decode/pictures.h"
#include "decode/thumbnails.h"
#include "index/patterns.h"
#include "store/embeddings.h"
#include "store/places.h"

static void
make_folder (const Index *index, const char *name)
{
  g_autofree char *path = index_path (index, name);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

static void
write_file (const Index *index, const char *name, const char *text)
{
  test_folder_write (index->base.photos, name, text, strlen (text));
}

static void
remove_file (const Index *index, const char *name)
{
  g_autofree char *path = index_path (index, name);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Runs with the options that are set in @job. */
static void
run_job (Index *index, InkIndexJob job)
{
  g_autoptr (GError) error = NULL;

  job.store = index->store;
  job.decoder = index->decoder;
  job.model = index_model;
  job.space = index->space;
  ink_indexer_run (index->indexer, &job, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  ink_indexer_get_progress (index->indexer, &index->progress);
}

/* ---- Drives ------------------------------------------------------------------------------ */

/* What a computer has mounted on which "usb" in the folder is a drive or not. */
static void
run_with_drive (Index *index, const char *source)
{
  g_autofree char *path = g_build_filename (index->base.directory, "mountinfo", NULL);
  g_autoptr (GString) text = g_string_new ("20 1 8:1 / / rw - ext4 /dev/sda1 rw\n");

  if (source)
    g_string_append_printf (text, "21 20 8:17 / %s/usb rw,noatime shared:3 - vfat %s rw\n",
                            index->base.photos, source);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_autoptr (InkVolumes) volumes = ink_volumes_new (path, index->base.directory);
  run_job (index, (InkIndexJob){.volumes = volumes});
}

/* A drive below the folder, as remembered: a test can't mount one. */
static void
plug_in (Index *index)
{
  make_folder (index, "usb");
  index_put_picture (index, "here.png", 1);
  index_put_picture (index, "usb/there.png", 2);
  g_assert_true (ink_store_put_mount (index->store, index->folder, "usb", "vfat:/dev/sdb1", NULL));
  run_with_drive (index, "/dev/sdb1");
  index_expect (index, 2, 2, 0, 0, 0, 0);
}

static void
test_drive_below (Index *index, gconstpointer unused)
{
  plug_in (index);
  index_rename (index, "usb/there.png", "../there.png");
  run_with_drive (index, NULL);
  index_expect (index, 1, 0, 1, 0, 0, 0);
  g_autoptr (InkPhoto) photo = index_find (index, "usb/there.png");
  g_assert_nonnull (photo);

  /* Not even its folder is there. */
  g_autofree char *usb = index_path (index, "usb");
  g_assert_cmpint (g_rmdir (usb), ==, 0);
  run_with_drive (index, NULL);
  index_expect (index, 1, 0, 1, 0, 0, 0);

  /* A copy of what is away is no move. */
  index_put_picture (index, "copy.png", 2);
  run_with_drive (index, NULL);
  index_expect (index, 2, 1, 1, 0, 0, 0);
  g_autoptr (InkPhoto) still = index_find (index, "usb/there.png");
  g_assert_nonnull (still);

  /* Plugged in again; what is not on it now is gone. */
  make_folder (index, "usb");
  run_with_drive (index, "/dev/sdb1");
  index_expect (index, 2, 0, 2, 0, 1, 0);
  g_assert_null (index_find (index, "usb/there.png"));
}

/* Another drive in its place has nothing to say about the first; one with the same photos on it is
 * taken for it. */
static void
test_other_drive (Index *index, gconstpointer unused)
{
  plug_in (index);
  index_put_picture (index, "usb/more.png", 3);
  run_with_drive (index, "/dev/sdb1");
  index_rename (index, "usb/there.png", "../there.png");
  index_rename (index, "usb/more.png", "../more.png");
  run_with_drive (index, "/dev/sdc1");
  index_expect (index, 1, 0, 1, 0, 0, 0);

  index_rename (index, "../more.png", "usb/more.png");
  run_with_drive (index, "/dev/sdc1");
  index_expect (index, 2, 0, 2, 0, 0, 0);
  run_with_drive (index, "/dev/sdc1");
  index_expect (index, 2, 0, 2, 0, 1, 0);
}

static void
test_volumes (Index *index, gconstpointer unused)
{
  static const char text[] = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                             "21 20 0:40 / /tmp rw shared:1 master:2 - tmpfs tmpfs rw\n"
                             "nonsense\n"
                             "22 20 0:50 / /proc/self/fd rw - nfs4 server:/the\\040photos rw\n"
                             "23 22 8:18 / /proc/self/fd rw - ext4 /dev/sdb2 rw\n"
                             "24 20 0:51 / /proc/self rw - fuse.sshfs me@there: rw\n";
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "mounts", NULL);

  test_folder_write (folder, "mounts", text, strlen (text));
  g_autoptr (InkVolumes) volumes = ink_volumes_new (path, folder);
  g_autofree char *root = ink_volumes_identify (volumes, "/");
  g_autofree char *tmp = ink_volumes_identify (volumes, "/tmp");
  g_autofree char *hidden = ink_volumes_identify (volumes, "/proc/self/fd");
  g_autofree char *sshfs = ink_volumes_identify (volumes, "/proc/self/status");
  g_assert_cmpstr (root, ==, "ext4:/dev/sda1");
  g_assert_cmpstr (tmp, ==, "tmpfs:tmpfs");
  g_assert_cmpstr (hidden, ==, "ext4:/dev/sdb2"); /* the one that was mounted last */
  g_assert_cmpstr (sshfs, ==, "fuse.sshfs:me@there:");
  g_assert_null (ink_volumes_identify (volumes, "/tmp/no/such/file"));
  g_assert_true (ink_volumes_is_local (volumes, "/tmp"));
  g_assert_false (ink_volumes_is_local (volumes, "/proc/self/status"));
}

/* ---- Losses ------------------------------------------------------------------------------ */

/* Enough files that can't be read: they are as good as photos here, and quick. */
#define MANY 300

static void
put_many (const Index *index)
{
  make_folder (index, "many");
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *name = g_strdup_printf ("many/%03u.png", i);

    write_file (index, name, "no picture");
  }
}

static void
test_grace (Index *index, gconstpointer unused)
{
  g_autoptr (GPtrArray) known = NULL;

  index_put_pictures (index, 2);
  put_many (index);
  run_job (index, (InkIndexJob){0});
  index_expect (index, MANY + 2, 2, 0, 0, 0, MANY);
  index_rename (index, "many", "../many");
  run_job (index, (InkIndexJob){0});
  index_expect (index, 2, 0, 2, 0, 0, 0);
  g_assert_cmpuint (index->progress.missing, ==, MANY);
  g_assert_cmpint (ink_store_count_missing (index->store, index->folder, NULL), ==, MANY);
  run_job (index, (InkIndexJob){0});
  g_assert_cmpuint (index->progress.missing, ==, MANY);

  /* One loss beside them is believed. */
  remove_file (index, "picture-00.png");
  run_job (index, (InkIndexJob){0});
  index_expect (index, 1, 0, 1, 0, 1, 0);

  index_rename (index, "../many", "many");
  run_job (index, (InkIndexJob){0});
  g_assert_cmpint (ink_store_count_missing (index->store, index->folder, NULL), ==, 0);
}

static void
test_grace_ends (Index *index, gconstpointer unused)
{
  index_put_pictures (index, 1);
  put_many (index);
  run_job (index, (InkIndexJob){0});
  index_rename (index, "many", "../many");
  run_job (index, (InkIndexJob){0});
  g_assert_cmpuint (index->progress.removed, ==, 0);
  fixture_run_sql (&index->base, "UPDATE missing SET since = since - 8 * 24 * 3600"
                                 " WHERE photo IN (SELECT photo FROM missing LIMIT 150)");
  run_job (index, (InkIndexJob){0});
  g_assert_cmpuint (index->progress.removed, ==, MANY / 2);
  run_job (index, (InkIndexJob){.forget_missing = TRUE});
  g_assert_cmpuint (index->progress.removed, ==, MANY / 2);
  g_assert_cmpint (ink_store_count_missing (index->store, index->folder, NULL), ==, 0);
}

/* ---- What is left out -------------------------------------------------------------------- */

static void
test_patterns (Index *index, gconstpointer unused)
{
  static const struct {
    const char *pattern, *path;
    gboolean folder, matches;
  } cases[] = {
      {"*.gif", "a/b.gif", FALSE, TRUE},
      {"*.gif", "a/b.gift", FALSE, FALSE},
      {"scans", "a/scans", TRUE, TRUE},
      {"scans/", "a/scans", FALSE, FALSE},
      {"scans/", "a/scans", TRUE, TRUE},
      {"/scans", "a/scans", TRUE, FALSE},
      {"/scans", "scans", TRUE, TRUE},
      {"a/b*", "a/bc", FALSE, TRUE},
      {"a/*.png", "a/b/c.png", FALSE, TRUE},
      {"b/c", "a/b/c", FALSE, FALSE},
      {"IMG_????.jpg", "IMG_1234.jpg", FALSE, TRUE},
      {"IMG_????.jpg", "IMG_123.jpg", FALSE, FALSE},
      {"\xff*", "\xff\xfe.jpg", FALSE, TRUE},
      {"*", "x", FALSE, TRUE},
      {"**a**", "xay", FALSE, TRUE},
      {"?", "", FALSE, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const list[] = {cases[i].pattern, NULL};
    g_autoptr (InkPatterns) patterns = ink_patterns_new (list);
    g_test_message ("%s %s", cases[i].pattern, cases[i].path);
    g_assert_cmpint (ink_patterns_match (patterns, cases[i].path, cases[i].folder), ==,
                     cases[i].matches);
  }
  g_assert_false (ink_patterns_is_valid (""));
  g_assert_false (ink_patterns_is_valid ("//"));
  g_autoptr (InkPatterns) text =
      ink_patterns_new_from_text ("# a comment\n\n!kept.png\r\n*.gif\r\nlast.png");
  g_assert_true (ink_patterns_match (text, "x.gif", FALSE));
  g_assert_true (ink_patterns_match (text, "last.png", FALSE));
  g_assert_false (ink_patterns_match (text, "kept.png", FALSE));
  g_assert_false (ink_patterns_match (text, "# a comment", FALSE));
}

/* Would take other matchers longer than the sun will shine. */
static void
test_hostile_pattern (Index *index, gconstpointer unused)
{
  g_autofree char *pattern = g_strnfill (400, '*');
  g_autofree char *path = g_strnfill (250, 'a');

  for (gsize i = 0; i < 399; i += 2)
    pattern[i + 1] = 'a';
  pattern[399] = 'b';
  g_autoptr (InkPatterns) patterns = ink_patterns_new ((const char *const[]){pattern, NULL});
  g_assert_false (ink_patterns_match (patterns, path, FALSE));
}

/* Photos that are there already go when a rule leaves them out, however many, and come back. */
static void
test_exclude (Index *index, gconstpointer unused)
{
  static const char *const patterns[] = {"many/", "picture-00*", NULL};
  static const char *const none[] = {NULL};

  index_put_pictures (index, 2);
  put_many (index);
  run_job (index, (InkIndexJob){0});
  g_assert_true (ink_store_set_exclusions (index->store, index->folder, patterns, NULL));
  run_job (index, (InkIndexJob){0});
  index_expect (index, 1, 0, 1, 0, MANY + 1, 0);
  g_assert_true (ink_store_set_exclusions (index->store, index->folder, none, NULL));
  run_job (index, (InkIndexJob){0});
  index_expect (index, MANY + 2, 1, 1, 0, 0, MANY);
}

static void
test_ignore_files (Index *index, gconstpointer unused)
{
  make_folder (index, "a/b");
  index_put_picture (index, "a/1.png", 1);
  index_put_picture (index, "a/b/2.png", 2);
  index_put_picture (index, "a/b/3.png", 3);
  index_put_picture (index, "3.png", 3);
  run_job (index, (InkIndexJob){0});
  index_expect (index, 4, 4, 0, 0, 0, 0);
  write_file (index, "a/.ignore", "3.png\n/1.png\n");
  run_job (index, (InkIndexJob){0});
  index_expect (index, 2, 0, 2, 0, 2, 0);
  write_file (index, "a/b/.nomedia", "");
  run_job (index, (InkIndexJob){0});
  index_expect (index, 1, 0, 1, 0, 1, 0);
  remove_file (index, "a/.ignore");
  remove_file (index, "a/b/.nomedia");
  run_job (index, (InkIndexJob){0});
  index_expect (index, 4, 3, 1, 0, 0, 0);
}

/* ---- Seen twice -------------------------------------------------------------------------- */

static void
test_hard_link (Index *index, gconstpointer unused)
{
  g_autofree char *from = index_path (index, "picture-00.png");
  g_autofree char *to = index_path (index, "z.png");

  index_put_pictures (index, 1);
  run_job (index, (InkIndexJob){0});
  g_assert_cmpint (link (from, to), ==, 0);
  run_job (index, (InkIndexJob){0});
  index_expect (index, 1, 0, 1, 0, 0, 0);
  remove_file (index, "picture-00.png");
  run_job (index, (InkIndexJob){0});
  index_expect (index, 1, 0, 0, 1, 0, 0);
}

/* Mounts @from of the folder also at @to, in a name space of this test's own. FALSE, with the test
 * skipped, where the system does not let it. */
static gboolean
bind_mount (const Index *index, const char *from, const char *to)
{
  g_autofree char *source = index_path (index, from);
  g_autofree char *target = index_path (index, to);

  make_folder (index, to);
  if (unshare (CLONE_NEWNS) == 0 && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
      mount (source, target, NULL, MS_BIND, NULL) == 0)
    return TRUE;
  g_test_skip ("only root may mount folders");
  return FALSE;
}

/* A folder that appears at a second place, which even comes first in the walk: its photos are there
 * once, are not read anew, and come back to where they were when the mount goes. */
static void
test_bind_mount (Index *index, gconstpointer unused)
{
  g_autofree char *mounted = index_path (index, "a");
  g_autoptr (InkPhoto) there = NULL;

  make_folder (index, "photos");
  index_put_picture (index, "photos/one.png", 1);
  index_put_picture (index, "photos/two.png", 2);
  run_job (index, (InkIndexJob){0});
  index_expect (index, 2, 2, 0, 0, 0, 0);
  g_autofree float *before = index_get_embedding (index, "photos/one.png");
  if (!bind_mount (index, "photos", "a"))
    return;

  run_job (index, (InkIndexJob){0});
  g_assert_cmpuint (index->progress.found, ==, 2);
  g_assert_cmpuint (index->progress.failed, ==, 0);
  there = index_find (index, "a/one.png");
  g_assert_nonnull (there);
  g_assert_null (index_find (index, "photos/one.png"));
  g_autofree float *copied = index_get_embedding (index, "a/one.png");
  index_assert_equal_embeddings (before, copied);
  run_job (index, (InkIndexJob){0});
  index_expect (index, 2, 0, 2, 0, 0, 0);

  g_assert_cmpint (umount (mounted), ==, 0);
  run_job (index, (InkIndexJob){0});
  index_expect (index, 2, 0, 0, 2, 0, 0);
  g_autofree float *back = index_get_embedding (index, "photos/one.png");
  index_assert_equal_embeddings (before, back);
}

/* ---- Changes only ------------------------------------------------------------------------ */

static void
run_changes (Index *index, const char *name, gboolean below)
{
  g_autoptr (GHashTable) changes = ink_index_changes_new ();
  g_autofree char *path = *name ? index_path (index, name) : g_strdup (index->base.photos);

  ink_index_changes_add (changes, path, below);
  run_job (index, (InkIndexJob){.changes = changes});
}

static void
test_changes (Index *index, gconstpointer unused)
{
  make_folder (index, "a/b");
  index_put_picture (index, "top.png", 1);
  index_put_picture (index, "a/1.png", 2);
  index_put_picture (index, "a/b/2.png", 3);
  run_changes (index, "a", FALSE);
  index_expect (index, 1, 1, 0, 0, 0, 0);
  run_changes (index, "a", TRUE);
  index_expect (index, 2, 1, 1, 0, 0, 0);
  run_changes (index, "", FALSE);
  index_expect (index, 1, 1, 0, 0, 0, 0);

  /* A folder that is gone, told by itself or by the one above it. */
  index_rename (index, "a/b", "../b");
  run_changes (index, "a/b", TRUE);
  index_expect (index, 0, 0, 0, 0, 1, 0);
  index_rename (index, "../b", "a/b");
  run_changes (index, "a/b", FALSE);
  index_expect (index, 1, 1, 0, 0, 0, 0);
  index_rename (index, "a/b", "../b");
  run_changes (index, "a", FALSE);
  index_expect (index, 1, 0, 1, 0, 1, 0);

  /* Rules above the place hold. */
  index_rename (index, "../b", "a/b");
  write_file (index, ".ignore", "b/\n");
  run_changes (index, "a/b", TRUE);
  index_expect (index, 0, 0, 0, 0, 0, 0);
  remove_file (index, ".ignore");
  write_file (index, "a/.nomedia", "");
  run_changes (index, "a/b", TRUE);
  index_expect (index, 0, 0, 0, 0, 0, 0);
}

/* ---- Thumbnails -------------------------------------------------------------------------- */

static gboolean
has_thumbnail (const InkPhoto *photo)
{
  g_autoptr (GBytes) thumbnail = ink_thumbnails_load (photo->content_key);

  return thumbnail != NULL;
}

/* What no photo has any more has no thumbnail either. */
static void
test_thumbnails (Index *index, gconstpointer unused)
{
  index_put_picture (index, "a.png", 101);
  index_put_picture (index, "b.png", 102);
  index_put_picture (index, "b-too.png", 102);
  index_run (index);
  g_autoptr (InkPhoto) a = index_find (index, "a.png");
  g_autoptr (InkPhoto) b = index_find (index, "b.png");
  g_assert_true (has_thumbnail (a) && has_thumbnail (b));

  index_put_picture (index, "a.png", 103);
  remove_file (index, "b.png");
  index_run (index);
  g_autoptr (InkPhoto) edited = index_find (index, "a.png");
  g_assert_true (has_thumbnail (edited) && has_thumbnail (b));
  g_assert_false (has_thumbnail (a));

  remove_file (index, "b-too.png");
  index_run (index);
  g_assert_false (has_thumbnail (b));
}

int
main (int argc, char **argv)
{
  static const IndexTest tests[] = {
      {"/places/volumes", test_volumes},
      {"/places/patterns", test_patterns},
      {"/places/hostile-pattern", test_hostile_pattern},
      {"/places/drive-below", test_drive_below},
      {"/places/other-drive", test_other_drive},
      {"/places/grace", test_grace},
      {"/places/grace-ends", test_grace_ends},
      {"/places/exclude", test_exclude},
      {"/places/ignore-files", test_ignore_files},
      {"/places/hard-link", test_hard_link},
      {"/places/bind-mount", test_bind_mount},
      {"/places/changes", test_changes},
      {"/places/thumbnails", test_thumbnails},
  };

  return index_run_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
