/* power-cut.h: what a power loss at any moment would leave of a library's database.
 *
 * Built upon fault-vfs.h: what was written to each file since its last sync may be there or not, in
 * any order, and in parts.
 */
#pragma once

#include <glib.h>

/* @directory: a library in which only the database is, as the power loss left it; the machine has
 * started again since */
typedef void (*PowerCutFunc) (const char *directory, gpointer data);

/* From now on @func is given @variants different remains at each sync of a database in @library. */
void power_cut_begin (const char *library, guint variants, PowerCutFunc func, gpointer data);

/* Another moment, between two syncs. */
void power_cut_now (void);

/* Returns: how many remains there were */
guint power_cut_end (void);
