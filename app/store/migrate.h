/* migrate.h: brings a database's schema up to the version that this program writes. Private to the
 * store. */
#pragma once

#include "store/database.h"

G_BEGIN_DECLS

/* "Inkl": tells our databases from those of other programs (and `file` knows it at offset 68). */
#define INK_APPLICATION_ID 0x496e6b6c

/* One version's step: runs in a transaction together with the new version number. */
typedef struct {
  const char *resource; /* (nullable): name of an SQL script among the store's resources */
  gboolean (*run) (InkDatabase *database, GError **error); /* (nullable): after the script */
} InkMigration;

/* The program's own steps; element i leads from version i to version i + 1. */
const InkMigration *ink_migrations_get (guint *n);

/**
 * ink_migrate_inspect:
 * @n: the version that this program writes
 * @version: (out): the database's; 0 for an empty one
 *
 * Refuses databases of other programs (%INK_ERROR_LIBRARY_FOREIGN) and of newer versions
 * (%INK_ERROR_LIBRARY_NEWER).
 */
gboolean ink_migrate_inspect (InkDatabase *database, guint n, guint *version, GError **error);

/**
 * ink_migrate_check_tables:
 * @version: the database's, not 0
 *
 * Compares the tables that the steps up to @version make with the database's: their columns, types
 * and what these accept. %INK_ERROR_LIBRARY_DAMAGED where one is missing or another.
 */
gboolean ink_migrate_check_tables (InkDatabase *database, guint version, GError **error);

/* Inspects, then runs the steps that are missing, each in a transaction of its own. */
gboolean ink_migrate (InkDatabase *database, const InkMigration *steps, guint n, GError **error);

G_END_DECLS
