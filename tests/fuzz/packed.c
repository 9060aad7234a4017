/* packed.c: a cache file of packed weights, damaged: the bytes say where it ends (0: where it did)
 * and then which byte becomes what. So the corpus stays good when the format changes. */
#include <string.h>
#include <unistd.h>

#include "cache/packed-file.h"
#include "fuzz/fuzz.h"
#include "support/folder.h"

typedef struct {
  guint8 at[2];
  guint8 change; /* by exclusive or */
} Edit;

static float weights[7 * 40];

static void
fill (ClipLinear linears[2])
{
  linears[0] = (ClipLinear){.in = 7, .out = 40, .precision = CLIP_PRECISION_F32, .weight = weights};
  linears[1] =
      (ClipLinear){.in = 17, .out = 5, .precision = CLIP_PRECISION_INT8, .weight = weights};
}

static void
write_sound_file (const ClipPackedContents *contents, ClipPool *pool, char **bytes, gsize *size)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "packed", NULL);
  g_autoptr (GError) error = NULL;

  clip_packed_file_write (path, contents, pool, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, bytes, size, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static char *sound; /* for all inputs */
  static gsize sound_size;
  ClipLinear linears[2];
  ClipLinear *const pointers[] = {&linears[0], &linears[1]};
  g_autofree char *model = g_strnfill (64, '0');
  ClipPackedContents contents = {model, "image", pointers, G_N_ELEMENTS (pointers)};
  g_autoptr (GError) error = NULL;
  ClipPool *pool = clip_pool_new (1);
  int descriptor;

  fill (linears);
  if (sound == NULL)
    write_sound_file (&contents, pool, &sound, &sound_size);
  g_autofree guint8 *bytes = g_memdup2 (sound, sound_size);
  gsize end = size < 2 ? 0 : (gsize)data[0] + 256 * data[1];
  end = end == 0 ? sound_size : MIN (end, sound_size);
  for (gsize i = 2; i + sizeof (Edit) <= size; i += sizeof (Edit)) {
    const Edit *edit = (const Edit *)(data + i);
    bytes[(edit->at[0] + 256u * edit->at[1]) % sound_size] ^= edit->change;
  }

  g_autofree char *path = fuzz_make_file (bytes, end, &descriptor);
  ClipMapping *mapping = clip_packed_file_open (path, &contents, pool, &error);
  FUZZ_EXPECT (mapping != NULL, error);
  g_assert_true ((mapping != NULL) == (end == sound_size && memcmp (bytes, sound, end) == 0));
  for (gsize i = 0; i < G_N_ELEMENTS (linears); i++)
    clip_linear_clear (&linears[i]);
  g_clear_pointer (&mapping, clip_mapping_close);
  clip_pool_free (pool);
  close (descriptor);
  return 0;
}
