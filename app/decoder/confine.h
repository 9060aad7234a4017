/* confine.h: what the helper gives up before it sees the first picture. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * InkWall:
 * @INK_WALL_LIMITS: limits on memory, descriptors and writing; no new privileges; not to be traced
 * @INK_WALL_LANDLOCK: no file by its name, no network
 * @INK_WALL_FILTER: only the system calls that decoding needs
 */
typedef enum {
  INK_WALL_LIMITS = 1 << 0,
  INK_WALL_LANDLOCK = 1 << 1,
  INK_WALL_FILTER = 1 << 2,
} InkWall;

/* Confines this process for good. Call when libraries, their modules and codecs are loaded, before
 * any foreign byte is read and while no other thread runs.
 * Returns: the walls that stand now, of #InkWall; a kernel or a build may lack one */
guint ink_confine (void);

/* Returns: (transfer full): @walls in words, and what is missing, for "status" */
char *ink_confine_describe (guint walls);

G_END_DECLS
