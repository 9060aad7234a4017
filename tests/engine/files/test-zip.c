/* test-zip.c: archives as PyTorch writes them, and damaged ones. */
#include "clip.h"
#include "files/zip.h"
#include "support/expect.h"
#include "support/hostile.h"
#include "support/zip-writer.h"

#include <stdlib.h>
#include <string.h>

static gboolean
parse (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (ClipZip) zip = clip_zip_parse (data, size, "x.zip", error);
  return zip != NULL;
}

/* An archive of the records "b/one" and "a/two", and an empty one of a given name. */
static GByteArray *
make_archive (gboolean zip64, const char *third)
{
  char *data = NULL;
  size_t size = 0;
  FILE *file = open_memstream (&data, &size);
  ZipWriter *zip = zip_writer_new (file, zip64);
  zip_writer_add (zip, "b/one", "first record", 12);
  zip_writer_add (zip, "a/two", "second", 6);
  zip_writer_add (zip, third, "", 0);
  g_assert_true (zip_writer_finish (zip));
  fclose (file);
  GByteArray *archive = g_byte_array_new ();
  g_byte_array_append (archive, (const guint8 *)data, (guint)size);
  free (data);
  return archive;
}

static void
check_archive (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipZip) zip = clip_zip_parse (data, size, "x.zip", &error);
  g_assert_no_error (error);
  gsize n;
  const ClipZipRecord *records = clip_zip_get_records (zip, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (records[0].name, ==, "a/two");
  g_assert_cmpmem (records[0].data, records[0].size, "second", 6);
  const ClipZipRecord *one = clip_zip_find (zip, "b/one");
  g_assert_cmpmem (one->data, one->size, "first record", 12);
  g_assert_cmpuint (clip_zip_find (zip, "third")->size, ==, 0);
  g_assert_null (clip_zip_find (zip, "fourth"));
}

static void
test_good (void)
{
  g_autoptr (GByteArray) plain = make_archive (FALSE, "third");
  g_autoptr (GByteArray) zip64 = make_archive (TRUE, "third");
  check_archive (plain->data, plain->len);
  check_archive (zip64->data, zip64->len);
  /* A comment, which looks like another end of an archive. */
  static const char comment[] = "PK\005\006                  x";
  guint16 length = sizeof comment - 1;
  memcpy (plain->data + plain->len - 2, &length, 2);
  g_byte_array_append (plain, (const guint8 *)comment, length);
  check_archive (plain->data, plain->len);
}

/* Where the @nth record of that signature is. */
static guint8 *
find (GByteArray *archive, const char *signature, guint nth)
{
  guint8 *at = archive->data;
  for (;; at++) {
    at = memmem (at, archive->len - (gsize)(at - archive->data), signature, 4);
    g_assert_nonnull (at);
    if (nth-- == 0)
      return at;
  }
}

#define LOCAL "PK\003\004"
#define ENTRY "PK\001\002"
#define END64 "PK\006\006"
#define LOCATOR64 "PK\006\007"
#define END "PK\005\006"

static void
test_bad (void)
{
  static const struct {
    const char *signature; /* the number of @width bytes at @offset of the second such becomes … */
    gsize offset, width;
    guint64 value;
    gboolean zip64;
    const char *what;
  } cases[] = {
      {ENTRY, 0, 1, 'Q', FALSE, "directory"},
      {ENTRY, 20, 4, 5, FALSE, "“a/two”: its place"},
      {ENTRY, 20, 8, G_GUINT64_CONSTANT (0x0000ffff0000ffff), FALSE, "“a/two”: it reaches beyond"},
      {ENTRY, 20, 8, G_MAXUINT64, FALSE, "“a/two”: it reaches beyond"},
      {ENTRY, 28, 2, 0xffff, FALSE, "directory"},
      {ENTRY, 30, 2, 0xffff, FALSE, "directory"},
      {ENTRY, 30, 2, 20, TRUE, "directory"},
      {ENTRY, 42, 4, 0xfffffffe, FALSE, "“a/two”: its place"},
      {ENTRY, 42, 4, 1, FALSE, "“a/two”: it has no local header"},
      {ENTRY, 47, 1, 0, FALSE, "“a”: its name has NUL"},
      {ENTRY, 46 + 5 + 4 + 16, 8, G_MAXUINT64 - 10, TRUE, "“a/two”: its place"},
      {ENTRY, 46 + 5 + 2, 2, 16, TRUE, "directory"},
      {LOCAL, 0, 1, 'Q', FALSE, "“a/two”: it has no local header"},
      {LOCAL, 28, 2, 0xffff, FALSE, "“a/two”: it reaches beyond"},
      {END64, 32, 8, 4, TRUE, "directory"},
      {END64, 32, 8, G_MAXUINT64, TRUE, "outside the file"},
      {END64, 40, 8, G_MAXUINT64, TRUE, "outside the file"},
      {END64, 48, 8, G_MAXUINT64 - 100, TRUE, "outside the file"},
      {END64, 0, 1, 'Q', TRUE, "ZIP64 end"},
      {LOCATOR64, 8, 8, G_MAXUINT64 - 20, TRUE, "ZIP64 end"},
      {LOCATOR64, 0, 1, 'Q', TRUE, "outside the file"},
      {END, 0, 1, 'Q', FALSE, "the end of the zip archive"},
      {END, 20, 2, 1, FALSE, "the end of the zip archive"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) archive = make_archive (cases[i].zip64, "third");
    g_autoptr (GError) error = NULL;
    gboolean of_record = cases[i].signature[2] < 5;
    guint8 *at = find (archive, cases[i].signature, of_record ? 1 : 0);
    memcpy (at + cases[i].offset, &cases[i].value, cases[i].width);
    g_test_message ("case %zu", i);
    g_assert_false (hostile_parse (parse, archive->data, archive->len, &error));
    expect_clip_error (&error, CLIP_ERROR_INVALID, "x.zip", cases[i].what);
  }
}

/* Compressed and encrypted records are listed, and without data. */
static void
test_not_stored (void)
{
  static const struct {
    gsize offset;
    guint16 value;
  } cases[] = {{8, 0x0809}, {10, 8}};
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) archive = make_archive (FALSE, "third");
    g_autoptr (GError) error = NULL;
    memcpy (find (archive, ENTRY, 1) + cases[i].offset, &cases[i].value, 2);
    g_autoptr (ClipZip) zip = clip_zip_parse (archive->data, archive->len, "x.zip", &error);
    g_assert_no_error (error);
    g_assert_null (clip_zip_find (zip, "a/two")->data);
    g_assert_nonnull (clip_zip_find (zip, "b/one")->data);
    g_assert_nonnull (clip_zip_find (zip, "third")->data);
  }
}

static void
test_twice (void)
{
  g_autoptr (GByteArray) archive = make_archive (FALSE, "b/one");
  g_autoptr (GError) error = NULL;
  g_assert_false (hostile_parse (parse, archive->data, archive->len, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "x.zip", "“b/one”: it is there twice");
}

static void
test_hostile (void)
{
  for (guint zip64 = 0; zip64 < 2; zip64++) {
    g_autoptr (GByteArray) archive = make_archive (zip64 == 1, "third");
    hostile_truncate (parse, archive->data, archive->len);
    hostile_mutate (parse, archive->data, archive->len);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/zip/good", test_good);
  g_test_add_func ("/zip/bad", test_bad);
  g_test_add_func ("/zip/not-stored", test_not_stored);
  g_test_add_func ("/zip/twice", test_twice);
  g_test_add_func ("/zip/hostile", test_hostile);
  return g_test_run ();
}
