/* bytes.h: little-endian numbers at any address.
 *
 * The host is little-endian too (see meson.build), and its sizes have 64 bits as those in files do.
 */
#pragma once

#include <glib.h>
#include <string.h>

G_STATIC_ASSERT (sizeof (gsize) == sizeof (guint64));

static inline guint16
clip_read_u16 (const guint8 *at)
{
  guint16 value;
  memcpy (&value, at, sizeof value);
  return value;
}

static inline guint32
clip_read_u32 (const guint8 *at)
{
  guint32 value;
  memcpy (&value, at, sizeof value);
  return value;
}

static inline guint64
clip_read_u64 (const guint8 *at)
{
  guint64 value;
  memcpy (&value, at, sizeof value);
  return value;
}
