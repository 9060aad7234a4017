/* content-key.c: XXH3-128 over a file's contents (content-key.h). Shared by the program and its
 * decoder helper. */
#include "decode/content-key.h"

#include <errno.h>
#include <gio/gio.h>
#include <unistd.h>
#include <xxhash.h>

typedef XXH3_state_t XxhState;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XxhState, XXH3_freeState)

static void
store_key (XXH128_hash_t hash, guint8 key[INK_CONTENT_KEY_SIZE])
{
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash (&canonical, hash);
  memcpy (key, canonical.digest, INK_CONTENT_KEY_SIZE);
}

void
ink_content_key_for_bytes (const guint8 *bytes, gsize size, guint8 key[INK_CONTENT_KEY_SIZE])
{
  store_key (XXH3_128bits (bytes, size), key);
}

/* Adds @length bytes from @offset on to the hash. */
static gboolean
add_range (XxhState *state, int file, guint64 offset, guint64 length, GError **error)
{
  g_autofree guint8 *window = g_malloc (INK_CONTENT_KEY_WINDOW);

  while (length > 0) {
    gssize n = pread (file, window, MIN (length, INK_CONTENT_KEY_WINDOW), (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      int saved = n < 0 ? errno : EIO;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "reading failed: %s",
                   n < 0 ? g_strerror (saved) : "the file became shorter meanwhile");
      return FALSE;
    }
    XXH3_128bits_update (state, window, (gsize)n);
    offset += (guint64)n;
    length -= (guint64)n;
  }
  return TRUE;
}

gboolean
ink_content_key_for_descriptor (int file, guint64 size, guint8 key[INK_CONTENT_KEY_SIZE],
                                GError **error)
{
  g_autoptr (XxhState) state = XXH3_createState ();
  XXH3_128bits_reset (state);

  if (size <= INK_CONTENT_KEY_WHOLE) {
    if (!add_range (state, file, 0, size, error))
      return FALSE;
  } else {
    guint64 offsets[] = {0, (size - INK_CONTENT_KEY_WINDOW) / 2, size - INK_CONTENT_KEY_WINDOW};
    for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
      if (!add_range (state, file, offsets[i], INK_CONTENT_KEY_WINDOW, error))
        return FALSE;
    guint64 size_le = GUINT64_TO_LE (size);
    XXH3_128bits_update (state, &size_le, sizeof size_le);
  }
  store_key (XXH3_128bits_digest (state), key);
  return TRUE;
}
