/* test-packed-file.c: what was packed comes back from the file bit for bit, or not at all. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cache/checksum.h"
#include "cache/packed-file.h"
#include "clip.h"
#include "compute/panels.h"
#include "support/folder.h"

#define LAYERS 3
#define MODEL "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
/* Header, entries, checksum, the sections' checksums. */
#define FRONT ((2 + LAYERS + 1 + LAYERS) * CLIP_CHECKSUM_BLOCK)

typedef struct {
  TestFolder *folder;
  char *path, *beside;
  ClipPool *pool;
  float *weights[LAYERS];
  ClipLinear linears[LAYERS];
  ClipLinear *pointers[LAYERS];
  ClipPackedContents contents;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const ClipLinear shapes[LAYERS] = {
      {.in = 7, .out = 40, .precision = CLIP_PRECISION_F32},
      {.in = 9, .out = 33, .precision = CLIP_PRECISION_BF16, .transposed = TRUE},
      {.in = 17, .out = 5, .precision = CLIP_PRECISION_INT8},
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  fixture->folder = test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "cache", "weights", "packed", NULL);
  fixture->beside = g_strconcat (fixture->path, ".new", NULL);
  fixture->pool = clip_pool_new (2);
  for (guint i = 0; i < LAYERS; i++) {
    gsize n = shapes[i].in * shapes[i].out;
    fixture->weights[i] = g_new (float, n);
    for (gsize k = 0; k < n; k++)
      fixture->weights[i][k] = (float)g_rand_double_range (rand, -1, 1);
    fixture->linears[i] = shapes[i];
    fixture->linears[i].weight = fixture->weights[i];
    fixture->pointers[i] = &fixture->linears[i];
  }
  fixture->contents = (ClipPackedContents){
      .model = MODEL, .tower = "image", .linears = fixture->pointers, .n = LAYERS};
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < LAYERS; i++) {
    clip_linear_clear (&fixture->linears[i]);
    g_free (fixture->weights[i]);
  }
  clip_pool_free (fixture->pool);
  g_free (fixture->path);
  g_free (fixture->beside);
  test_folder_free (fixture->folder);
}

static void
write_file (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  clip_packed_file_write (fixture->path, &fixture->contents, fixture->pool, &error);
  g_assert_no_error (error);
}

static ClipMapping *
open_file (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ClipMapping *mapping =
      clip_packed_file_open (fixture->path, &fixture->contents, fixture->pool, &error);
  g_assert_no_error (error);
  return mapping;
}

static void
assert_panels (Fixture *fixture)
{
  for (guint i = 0; i < LAYERS; i++) {
    ClipLinear *linear = &fixture->linears[i];
    gsize size;
    g_assert_true (clip_panels_size (linear, &size));
    g_autofree guint8 *expected = g_malloc0 (size);
    clip_panels_pack (fixture->pool, linear, expected);
    g_assert_nonnull (linear->panels);
    g_assert_cmpuint ((gsize)linear->panels % CLIP_PANELS_ALIGNMENT, ==, 0);
    g_assert_cmpmem (linear->panels, size, expected, size);
  }
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  write_file (fixture);
  for (guint i = 0; i < LAYERS; i++)
    g_assert_null (fixture->linears[i].panels);
  g_assert_false (g_file_test (fixture->beside, G_FILE_TEST_EXISTS));
  g_autoptr (ClipMapping) mapping = open_file (fixture);
  assert_panels (fixture);
}

/* Who has the old file open goes on with it. */
static void
test_replace (Fixture *fixture, gconstpointer data)
{
  write_file (fixture);
  g_autoptr (ClipMapping) old = open_file (fixture);
  gconstpointer panels = fixture->linears[0].panels;
  write_file (fixture);
  g_assert_true (clip_mapping_check (old, NULL));
  assert_panels (fixture);
  g_autoptr (ClipMapping) new = open_file (fixture);
  g_assert_true (fixture->linears[0].panels != panels);
  assert_panels (fixture);
}

/* ---- Files that are refused -------------------------------------------------------------- */

static void
assert_refused (Fixture *fixture, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (clip_packed_file_open (fixture->path, &fixture->contents, fixture->pool, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, fixture->path));
  if (why)
    g_assert_nonnull (strstr (error->message, why));
  for (guint i = 0; i < LAYERS; i++)
    g_assert_null (fixture->linears[i].panels);
}

typedef struct {
  const char *name;
  gsize keep; /* how much of the file is left */
  gsize at;   /* a byte that is changed */
  const char *why;
} Damage;

#define ALL G_MAXSIZE

static const Damage damages[] = {
    {"empty", 0, 0, "not a file of packed weights"},
    {"magic", ALL, 0, "not a file of packed weights"},
    {"other-format", ALL, 8, "another version"},
    {"other-panels", ALL, 12, "another version"},
    {"other-model", ALL, 16, "another model"},
    {"other-tower", ALL, 80, "other layers"},
    {"number-of-layers", ALL, 96, "other layers"},
    {"size-in-header", ALL, 104, "other layers"},
    {"shape", ALL, 128, "other layers"},
    {"precision", ALL, 128 + 16, "other layers"},
    {"offset", ALL, 128 + 24, "other layers"},
    {"offset-beyond-all", ALL, 128 + 31, "other layers"},
    {"size-of-section", ALL, 128 + 32, "other layers"},
    {"checksum", ALL, FRONT - (LAYERS + 1) * CLIP_CHECKSUM_BLOCK, "its index"},
    {"checksum-of-section", ALL, FRONT - CLIP_CHECKSUM_BLOCK, "its index"},
    {"first-weight", ALL, FRONT, "its weights"},
    {"half-a-header", 100, 0, "not a file of packed weights"},
    {"header-alone", 128, 127, "another size"},
    {"no-sections", FRONT, 127, "another size"},
};

static void
test_damage (Fixture *fixture, gconstpointer data)
{
  const Damage *damage = data;
  g_autofree guint8 *bytes = NULL;
  gsize size;
  write_file (fixture);
  g_assert_true (g_file_get_contents (fixture->path, (char **)&bytes, &size, NULL));
  bytes[damage->at] ^= 0x01;
  size = MIN (size, damage->keep);
  g_assert_true (g_file_set_contents (fixture->path, (char *)bytes, (gssize)size, NULL));
  assert_refused (fixture, damage->why);

  write_file (fixture); /* in its place */
  g_autoptr (ClipMapping) mapping = open_file (fixture);
  assert_panels (fixture);
}

static void
test_length (Fixture *fixture, gconstpointer data)
{
  GStatBuf info;
  write_file (fixture);
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (truncate (fixture->path, info.st_size - 1), ==, 0);
  assert_refused (fixture, "another size");
  g_assert_cmpint (truncate (fixture->path, info.st_size + 1), ==, 0);
  assert_refused (fixture, "another size");
}

/* No byte is without meaning. */
static void
test_every_byte (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = NULL;
  gsize size;
  write_file (fixture);
  g_assert_true (g_file_get_contents (fixture->path, (char **)&bytes, &size, NULL));
  int file = open (fixture->path, O_WRONLY | O_CLOEXEC);
  for (gsize i = 0; i < size; i += i < FRONT ? 1 : 7) {
    guint8 changed = bytes[i] ^ 0x80;
    g_assert_cmpint (pwrite (file, &changed, 1, (off_t)i), ==, 1);
    assert_refused (fixture, NULL);
    g_assert_cmpint (pwrite (file, &bytes[i], 1, (off_t)i), ==, 1);
  }
  close (file);
  g_autoptr (ClipMapping) mapping = open_file (fixture);
  assert_panels (fixture);
}

static void
test_other_layers (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "No such file");
  write_file (fixture);
  fixture->contents.model = OTHER;
  assert_refused (fixture, "another model");
  fixture->contents.model = MODEL;
  fixture->contents.tower = "text";
  assert_refused (fixture, "other layers");
  fixture->contents.tower = "image";
  fixture->contents.n = LAYERS - 1;
  assert_refused (fixture, "another size");
  fixture->contents.n = LAYERS;
  fixture->linears[1].precision = CLIP_PRECISION_INT8;
  assert_refused (fixture, NULL);
  fixture->linears[1].precision = CLIP_PRECISION_BF16;
  fixture->linears[0].in--;
  assert_refused (fixture, NULL);
  fixture->linears[0].in++;
  g_autoptr (ClipMapping) mapping = open_file (fixture);
  assert_panels (fixture);
}

/* ---- Places that can't be written -------------------------------------------------------- */

static void
assert_not_written (Fixture *fixture, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (
      clip_packed_file_write (fixture->path, &fixture->contents, fixture->pool, &error));
  g_assert_error (error, CLIP_ERROR, CLIP_ERROR_IO);
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_folder_is_a_file (Fixture *fixture, gconstpointer data)
{
  test_folder_write (fixture->folder, "cache", "", 0);
  assert_not_written (fixture, "can't be made");
}

static void
test_read_only_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
  if (access (folder, W_OK) == 0) {
    g_test_skip ("this user may write everywhere");
    return;
  }
  assert_not_written (fixture, "can't be written");
}

static void
test_place_is_taken (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_mkdir_with_parents (fixture->path, 0700), ==, 0);
  assert_not_written (fixture, "can't be put into its place");
  g_assert_false (g_file_test (fixture->beside, G_FILE_TEST_EXISTS));
}

/* Another process is writing the same file; what a killed one has left is no hindrance. */
static void
test_two_writers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  int other = open (fixture->beside, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (write (other, "half", 4), ==, 4);
  g_assert_cmpint (flock (other, LOCK_EX), ==, 0);
  assert_not_written (fixture, "can't be written");
  g_assert_true (g_file_test (fixture->beside, G_FILE_TEST_EXISTS));
  close (other);
  write_file (fixture);
  g_autoptr (ClipMapping) mapping = open_file (fixture);
  assert_panels (fixture);
}

/* A limit on the size of files stands for a full disk: writing fails half way, and what was there
 * before stays. */
static void
test_too_little_room (Fixture *fixture, gconstpointer data)
{
  struct rlimit before, small;
  write_file (fixture);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = FRONT + 1000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  assert_not_written (fixture, "can't be written");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (g_file_test (fixture->beside, G_FILE_TEST_EXISTS));
  g_autoptr (ClipMapping) mapping = open_file (fixture);
  assert_panels (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++) {
    g_autofree char *name = g_strconcat ("/packed-file/damage/", damages[i].name, NULL);
    g_test_add (name, Fixture, &damages[i], set_up, test_damage, tear_down);
  }
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/packed-file/round-trip", test_round_trip);
  ADD ("/packed-file/replace", test_replace);
  ADD ("/packed-file/length", test_length);
  ADD ("/packed-file/every-byte", test_every_byte);
  ADD ("/packed-file/other-layers", test_other_layers);
  ADD ("/packed-file/folder-is-a-file", test_folder_is_a_file);
  ADD ("/packed-file/read-only-folder", test_read_only_folder);
  ADD ("/packed-file/place-is-taken", test_place_is_taken);
  ADD ("/packed-file/two-writers", test_two_writers);
  ADD ("/packed-file/too-little-room", test_too_little_room);
#undef ADD
  return g_test_run ();
}
