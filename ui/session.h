/* session.h: the library as the window lives with it: opened in a thread, its folders, and what
 * indexing is doing. All that can block happens in threads; all signals come on the main loop.
 */
#pragma once

#include "model-download.h"

G_BEGIN_DECLS

typedef enum {
  INK_SESSION_OPENING,
  INK_SESSION_READY,
  INK_SESSION_FAILED,
} InkSessionState;

#define INK_TYPE_SESSION (ink_session_get_type ())
G_DECLARE_FINAL_TYPE (InkSession, ink_session, INK, SESSION, GObject)

/* @directory: (nullable): the library's folder; %NULL for the user's own */
InkSession *ink_session_new (const char *directory);

/* How the engine calculates, from the next opening on. */
void ink_session_set_engine (InkSession *session, const ClipOptions *engine);

/* Signals:
 *   "state-changed"     opened, or failed to
 *   "folders-changed"   the list of folders or their counts
 *   "photos-changed"    photos came or went: results may be out of date
 *   "progress"          ink_session_get_progress() has changed
 *   "message" (char *)  something went wrong that the user should read
 *   "stopped"           the end of ink_session_stop() */

/* Opens the library, adds folders that were asked for meanwhile, and begins to index. After a
 * failure it may be tried again. */
void ink_session_open (InkSession *session);

InkSessionState ink_session_get_state (InkSession *session);

/* Returns: (nullable): why it could not be opened */
const GError *ink_session_get_error (InkSession *session);

/* Returns: (nullable): why the library can only be read: another program writes to it */
const GError *ink_session_get_read_only_error (InkSession *session);

/* Returns: (nullable): why indexing could not go on, where the user can do something about it: a
 * full disk, or a model that is missing or can't be used */
const GError *ink_session_get_index_error (InkSession *session);

/* Free bytes on the library's disk, as of lately; %G_MAXUINT64 where that is not known. */
guint64 ink_session_get_room (InkSession *session);

/* Returns: (nullable): %NULL until it is open */
InkLibrary *ink_session_get_library (InkSession *session);

/* Returns: (transfer none) (element-type InkFolder) */
GPtrArray *ink_session_get_folders (InkSession *session);

/* Readable and unreadable photos in all folders. */
void ink_session_get_counts (InkSession *session, guint *photos, guint *failed);

const InkIndexProgress *ink_session_get_progress (InkSession *session);
gboolean ink_session_is_indexing (InkSession *session);

/* @folders: (element-type GFile) */
void ink_session_add_folders (InkSession *session, GListModel *folders);
void ink_session_forget_folder (InkSession *session, const char *path);

/* Whether what was searched for is remembered; turning it off forgets it. */
void ink_session_set_keep_history (InkSession *session, gboolean keep);
void ink_session_clear_history (InkSession *session);

/* When indexing is welcome. */
void ink_session_set_power_policy (InkSession *session, InkPowerPolicy policy);

/* What is left out of a folder, in place of what was; see ink_library_set_exclusions(). */
void
ink_session_set_exclusions (InkSession *session, const char *folder, const char *const *patterns);

/* Looks for changes in the folders; with @retry also at the files that could not be read. */
void ink_session_index (InkSession *session, gboolean retry);

/* The same where the kernel does not tell of changes; soon after the last time it does nothing. */
void ink_session_look_through (InkSession *session);

void ink_session_set_paused (InkSession *session, gboolean paused);

/* Returns: (transfer none) */
InkModelDownload *ink_session_get_download (InkSession *session);

/* Ends indexing, whatever it is at, and holds a download; "stopped" follows. */
void ink_session_stop (InkSession *session);

G_END_DECLS
