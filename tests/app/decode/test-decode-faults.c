/* test-decode-faults.c: what is no picture, or no longer one, or pretends to be an enormous one. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/decode/pictures.h"
#include "base/error.h"

/* The argument with which this program is what test_ends_with_parent() kills. */
#define KILLED_PARENT "--killed-parent"

static InkDecoder *decoder;
static TestFolder *folder;

static void
expect_good (void)
{
  InkDecodeRequest request = {.square = 16};
  g_autoptr (VipsImage) image = picture_quarters (40, 30);
  g_autofree char *path = picture_save (image, folder, "good", ".png");
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_assert_cmpuint (decoded->width, ==, 40);
}

static void
expect_error (const char *name, int code)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  picture_expect_error (decoder, path, code);
}

static void
expect_bytes (gconstpointer bytes, gsize size, int code)
{
  test_folder_write (folder, "bytes.jpg", bytes, size);
  expect_error ("bytes.jpg", code);
}

/* ---- Not a file ---------------------------------------------------------------------------- */

static void
test_not_regular (void)
{
  g_autofree char *pipe_path = g_build_filename (folder, "pipe.jpg", NULL);
  g_autofree char *sub_folder = g_build_filename (folder, "folder.jpg", NULL);

  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  g_assert_cmpint (g_mkdir (sub_folder, 0700), ==, 0);
  expect_error ("pipe.jpg", INK_ERROR_NOT_REGULAR);
  expect_error ("folder.jpg", INK_ERROR_NOT_REGULAR);
  picture_expect_error (decoder, "/dev/null", INK_ERROR_NOT_REGULAR);
  picture_expect_error (decoder, "/dev/zero", INK_ERROR_NOT_REGULAR);
  expect_error ("missing.jpg", INK_ERROR_NOT_FOUND);
  expect_error ("good/in-a-file.jpg", INK_ERROR_NOT_FOUND);
  expect_good ();
}

static void
test_links (void)
{
  InkDecodeRequest request = {.square = 16};
  g_autofree char *link = g_build_filename (folder, "link.jpg", NULL);
  g_autofree char *self = g_build_filename (folder, "self.jpg", NULL);
  g_autofree char *dangling = g_build_filename (folder, "dangling.jpg", NULL);

  expect_good ();
  g_assert_cmpint (symlink ("good", link), ==, 0);
  g_assert_cmpint (symlink ("self.jpg", self), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, link, &request);
  g_assert_cmpuint (decoded->width, ==, 40);

  g_autoptr (GError) error = NULL;
  request.no_links = TRUE;
  g_assert_null (ink_decoder_decode_file (decoder, link, &request, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_NOT_REGULAR);
  expect_error ("self.jpg", INK_ERROR_FAILED);
  expect_error ("dangling.jpg", INK_ERROR_NOT_FOUND);
}

static void
test_permission (void)
{
  g_autofree char *path = g_build_filename (folder, "good", NULL);
  gboolean is_root = geteuid () == 0;

  expect_good ();
  /* Root reads every file, so it becomes somebody else meanwhile. */
  g_assert_cmpint (chmod (path, 0), ==, 0);
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
  if (is_root && seteuid (65534) != 0) {
    g_test_skip ("root reads every file");
    return;
  }
  expect_error ("good", INK_ERROR_PERMISSION);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  expect_good ();
}

/* ---- Not a picture ------------------------------------------------------------------------- */

static void
test_not_a_picture (void)
{
  static const char text[] = "This is a text with the name of a picture.\n";
  static const char *const others[] = {
      "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
      "P6\n1 1\n255\nabc",
      "%PDF-1.4\n",
      "SIMPLE  =                    T",
      "#!/bin/sh\n",
      "BM",
  };
  guint8 byte = 0xff;

  InkDecodeRequest request = {.square = 16};
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;
  g_assert_null (ink_decoder_decode_bytes (decoder, nothing, &request, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_EMPTY);
  expect_bytes ("", 0, INK_ERROR_EMPTY);
  expect_bytes (&byte, 1, INK_ERROR_UNSUPPORTED);
  expect_bytes (text, strlen (text), INK_ERROR_UNSUPPORTED);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    expect_bytes (others[i], strlen (others[i]), INK_ERROR_UNSUPPORTED);
  expect_good ();
}

/* libvips reads more formats than we let it. */
static void
test_blocked_loaders (void)
{
  static const char *const suffixes[] = {".ppm", ".v", ".fits", ".hdr"};
  g_autoptr (VipsImage) image = picture_quarters (40, 30);
  guint tried = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = picture_save (image, folder, "other.jpg", suffixes[i]);
    if (path == NULL)
      continue;
    tried++;
    picture_expect_error (decoder, path, INK_ERROR_UNSUPPORTED);
  }
  if (tried == 0)
    g_test_skip ("this libvips writes none of them");
}

/* ---- Damaged ------------------------------------------------------------------------------- */

/* Nothing but the first bytes, which promise a format. */
static void
test_only_magic (void)
{
  static const struct {
    const char *bytes;
    gsize size;
  } starts[] = {
      {"\xff\xd8\xff\xe0", 4},        {"\x89PNG\r\n\x1a\n", 8}, {"GIF89a", 6},
      {"RIFF\x10\0\0\0WEBPVP8 ", 16}, {"II*\0\x08\0\0\0", 8},   {"MM\0*\0\0\0\x08", 8},
      {"II+\0\x08\0\0\0", 8},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    expect_bytes (starts[i].bytes, starts[i].size, INK_ERROR_DAMAGED);
  expect_good ();
}

/* A picture that was cut off is damaged, also where a part of it could still be shown: the rest
 * would come out grey, and be searched for as such. */
static void
test_cut_off (gconstpointer suffix)
{
  g_autoptr (VipsImage) image = picture_waves (300, 200, 1);
  void *bytes = NULL;
  gsize size = 0;

  if (!picture_suffix_is_read (decoder, suffix)) {
    g_test_skip ("this build does not read the format");
    return;
  }
  if (vips_image_write_to_buffer (image, suffix, &bytes, &size, NULL) != 0) {
    vips_error_clear ();
    g_test_skip ("this libvips can't write the format");
    return;
  }
  for (guint tenths = 1; tenths <= 9; tenths++)
    expect_bytes (bytes, size * tenths / 10, INK_ERROR_DAMAGED);
  g_free (bytes);
  expect_good ();
}

/* Any byte may be anything: there is an answer or an error, and the helper can still be used. That
 * it has not crashed is seen from the error's code. */
static void
test_changed_bytes (gconstpointer suffix)
{
  InkDecodeRequest request = {.square = 16, .thumbnail = 64, .pixels = 64};
  g_autoptr (VipsImage) image = picture_waves (60, 50, 1);
  void *bytes = NULL;
  gsize size = 0;
  guint answered = 0, refused = 0;

  if (!picture_suffix_is_read (decoder, suffix)) {
    g_test_skip ("this build does not read the format");
    return;
  }
  if (vips_image_write_to_buffer (image, suffix, &bytes, &size, NULL) != 0) {
    vips_error_clear ();
    g_test_skip ("this libvips can't write the format");
    return;
  }
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  for (guint i = 0; i < 150; i++) {
    guint8 *changed = g_memdup2 (bytes, size);
    for (guint n = 0; n <= i % 4; n++)
      /* Mostly in the first kilobyte, where the structure is. */
      changed[g_rand_int_range (random, 0, (gint32)MIN (size, i % 3 == 0 ? size : 1024))] =
          (guint8)g_rand_int (random);
    g_autoptr (GBytes) file = g_bytes_new_take (changed, size);
    g_autoptr (GError) error = NULL;
    g_autoptr (InkDecoded) decoded =
        ink_decoder_decode_bytes (decoder, file, &request, NULL, &error);
    if (decoded != NULL)
      answered++;
    else
      refused++;
    if (error != NULL && (error->code == INK_ERROR_DECODER || error->code == INK_ERROR_TIMEOUT))
      g_test_message ("%s: change %u: %s", (const char *)suffix, i, error->message);
    g_assert_true (error == NULL ||
                   (error->domain == INK_ERROR && error->code != INK_ERROR_DECODER &&
                    error->code != INK_ERROR_TIMEOUT));
  }
  g_test_message ("%s: %u answered, %u refused", (const char *)suffix, answered, refused);
  g_free (bytes);
  expect_good ();
}

/* ---- Enormous ------------------------------------------------------------------------------ */

static void
put_be32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, 4);
}

/* CRC-32 as PNG has it, bit by bit. */
static guint32
crc (const guint8 *bytes, gsize size)
{
  guint32 value = G_MAXUINT32;
  for (gsize i = 0; i < size; i++) {
    value ^= bytes[i];
    for (guint bit = 0; bit < 8; bit++)
      value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
  }
  return ~value;
}

/* A PNG that claims a size and has next to no data. */
static void
expect_png_bomb (guint32 width, guint32 height, int code)
{
  g_autoptr (VipsImage) image = picture_quarters (40, 30);
  g_autofree char *path = picture_save (image, folder, "bomb.png", ".png");
  g_autofree char *contents = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));

  guint8 *header = (guint8 *)contents + 12; /* "IHDR", width, height … */
  put_be32 (header + 4, width);
  put_be32 (header + 8, height);
  put_be32 (header + 17, crc (header, 17));
  expect_bytes (contents, size, code);
}

static void
test_bombs (void)
{
  static const guint8 gif[] = {'G',  'I',  'F',  '8',  '9', 'a', 0xff, 0xff, 0xff, 0xff, 0x80, 0,
                               0,    0,    0,    0,    255, 255, 255,  0x2c, 0,    0,    0,    0,
                               0xff, 0xff, 0xff, 0xff, 0,   2,   2,    0x4c, 1,    0,    0x3b};

  expect_png_bomb (60000, 60000, INK_ERROR_TOO_LARGE);
  expect_png_bomb (1000000, 501, INK_ERROR_TOO_LARGE);
  /* Within the limit, but there is nothing in it. */
  expect_png_bomb (20000, 20000, INK_ERROR_DAMAGED);
  expect_bytes (gif, sizeof gif, INK_ERROR_TOO_LARGE);
  expect_good ();
}

/* A plain picture of 400 million pixels in a small file is no reason to fail: it is reduced while
 * it is decoded and needs little memory. */
static void
test_large_but_allowed (void)
{
  InkDecodeRequest request = {.square = 64, .thumbnail = 256};
  g_autoptr (VipsImage) black = NULL;
  g_autoptr (VipsImage) white = NULL;
  g_assert_cmpint (vips_black (&black, 10000, 8000, NULL), ==, 0);
  g_assert_cmpint (vips_invert (black, &white, NULL), ==, 0);
  g_autofree char *path = picture_save (white, folder, "large.png", ".png[compression=1]");
  g_autoptr (InkDecoded) decoded = picture_decode (decoder, path, &request);
  g_assert_cmpuint (decoded->width, ==, 10000);
  g_assert_cmphex (decoded->colour, ==, 0xffffff);
}

/* ---- The helper and its parent ------------------------------------------------------------- */

/* What test_ends_with_parent() starts: a program that has a helper, and is killed. */
static int
be_killed_parent (const char *program)
{
  pictures_init (program);
  decoder = ink_decoder_new (1);
  folder = test_folder_new ();
  expect_good ();
  test_folder_free (folder);
  return kill (getpid (), SIGKILL);
}

/* A helper ends when the program does, however that ended. */
static void
test_ends_with_parent (void)
{
  GPid parent;
  int status;

  /* Orphans become our children, so that their end can be waited for. */
  if (prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    g_test_skip ("this kernel does not hand orphans over");
    return;
  }
  g_clear_object (&decoder);
  g_assert_cmpint (waitpid (-1, &status, WNOHANG), ==, -1);

  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  char *arguments[] = {program, (char *)KILLED_PARENT, NULL};
  g_assert_true (
      g_spawn_async (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &parent, NULL));
  g_assert_cmpint (waitpid (parent, &status, 0), ==, parent);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  pid_t helper = waitpid (-1, &status, 0);
  g_assert_cmpint (helper, >, 0);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);

  prctl (PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
  decoder = ink_decoder_new (1);
  expect_good ();
}

/* Without a program at the other end it only says what it is for. */
static void
test_started_by_hand (void)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("INKLING_TEST_BUILD"), "app", "decoder", "inkling-decoder", NULL);
  char *arguments[] = {program, NULL};
  g_autofree char *words = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                               &words, &status, NULL));
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 2);
  g_assert_nonnull (strstr (words, "Inkling"));
}

static void
test_sandbox (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sandbox = ink_decoder_get_sandbox (decoder, &error);
  g_assert_no_error (error);
  g_test_message ("%s", sandbox);
  g_assert_nonnull (strstr (sandbox, "limits on"));
}

int
main (int argc, char **argv)
{
  static const char *const suffixes[] = {
      ".jpg[Q=90]", ".jpg[interlace]", ".png", ".png[interlace]", ".webp", ".tif", ".gif",
      ".heic",      ".avif",           ".jxl"};

  if (argc == 2 && g_str_equal (argv[1], KILLED_PARENT))
    return be_killed_parent (argv[0]);
  g_test_init (&argc, &argv, NULL);
  pictures_init (argv[0]);
  decoder = ink_decoder_new (1);
  folder = test_folder_new ();
  g_test_add_func ("/decode/faults/not-regular", test_not_regular);
  g_test_add_func ("/decode/faults/links", test_links);
  g_test_add_func ("/decode/faults/permission", test_permission);
  g_test_add_func ("/decode/faults/not-a-picture", test_not_a_picture);
  g_test_add_func ("/decode/faults/blocked-loaders", test_blocked_loaders);
  g_test_add_func ("/decode/faults/only-magic", test_only_magic);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *cut = g_strconcat ("/decode/faults/cut-off/", suffixes[i], NULL);
    g_autofree char *changed = g_strconcat ("/decode/faults/changed-bytes/", suffixes[i], NULL);
    g_test_add_data_func (cut, suffixes[i], test_cut_off);
    g_test_add_data_func (changed, suffixes[i], test_changed_bytes);
  }
  g_test_add_func ("/decode/faults/bombs", test_bombs);
  g_test_add_func ("/decode/faults/large-but-allowed", test_large_but_allowed);
  g_test_add_func ("/decode/faults/ends-with-parent", test_ends_with_parent);
  g_test_add_func ("/decode/faults/started-by-hand", test_started_by_hand);
  g_test_add_func ("/decode/faults/sandbox", test_sandbox);
  int result = g_test_run ();
  test_folder_free (folder);
  g_object_unref (decoder);
  return result;
}
