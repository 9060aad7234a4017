/* journal.h: how commits reach the disk: a write-ahead log where it works, else a rollback journal.
 * Private to the store.
 *
 * With a log, readers and the writer do not wait for each other. It needs memory that all
 * connections share through a file beside the database, so not a file system of which another
 * machine may hold a part.
 */
#pragma once

#include "store/database.h"

G_BEGIN_DECLS

/* Whether a log works in @directory. */
gboolean ink_journal_can_share (const char *directory);

/**
 * ink_journal_begin:
 * @shared: as ink_journal_can_share()
 *
 * To be called before anything is read: where there is no shared memory, takes the database for
 * this connection alone, so that a log that comes from elsewhere can be read.
 */
gboolean ink_journal_begin (InkDatabase *database, gboolean shared, GError **error);

/* Sets the journal's mode and reads it back; lets readers in again. */
gboolean ink_journal_choose (InkDatabase *database, gboolean shared, GError **error);

G_END_DECLS
