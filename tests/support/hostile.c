/* hostile.c: damages a file's bytes in every simple way (hostile.h). */
#include "support/hostile.h"

#include <string.h>

gboolean
hostile_parse (HostileParse parse, const guint8 *data, gsize size, GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GError) own = NULL;
  gboolean good = parse (copy, size, &own);
  g_assert_true (good == (own == NULL));
  if (!good)
    g_propagate_error (error, g_steal_pointer (&own));
  return good;
}

void
hostile_truncate (HostileParse parse, const guint8 *data, gsize size)
{
  g_assert_true (hostile_parse (parse, data, size, NULL));
  for (gsize shorter = 0; shorter < size; shorter++)
    if (hostile_parse (parse, data, shorter, NULL)) {
      g_test_message ("the first %zu of %zu bytes were accepted", shorter, size);
      g_test_fail ();
    }
}

void
hostile_mutate (HostileParse parse, const guint8 *data, gsize size)
{
  static const guint64 numbers[] = {0, G_MAXUINT64, G_MAXINT64, G_MAXUINT32, G_MAXINT32};
  g_autofree guint8 *damaged = g_memdup2 (data, size);
  for (gsize i = 0; i < size; i++) {
    for (guint bit = 0; bit < 8; bit++) {
      damaged[i] = (guint8)(data[i] ^ 1 << bit);
      hostile_parse (parse, damaged, size, NULL);
    }
    damaged[i] = data[i];
    for (gsize j = 0; j < G_N_ELEMENTS (numbers) && size - i >= 8; j++) {
      memcpy (damaged + i, &numbers[j], 8);
      hostile_parse (parse, damaged, size, NULL);
      memcpy (damaged + i, data + i, 8);
    }
  }
}
