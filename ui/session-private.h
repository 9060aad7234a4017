/* session-private.h: what the parts of the session share: session.c opens the library, indexes and
 * stops, session-folders.c reads, adds and forgets folders, session-settings.c changes the settings
 * that the library keeps. */
#pragma once

#include "library/service.h"
#include "session.h"

G_BEGIN_DECLS

struct _InkSession {
  GObject parent_instance;

  char *directory;
  ClipOptions engine;
  InkSessionState state;
  InkLibrary *library;
  GError *error;
  GError *read_only_error;
  GError *index_error;
  guint64 room;
  gint64 room_time;      /* when it was asked for */
  GPtrArray *folders;    /* InkFolder */
  GStrvBuilder *waiting; /* folders to add as soon as it is open */
  InkIndexProgress progress;
  gint64 look_time; /* when folders whose changes are not told were last gone through */
  gboolean reading_folders, folders_stale;
  InkModelDownload *download;
  InkService *service; /* answers other programs, once the library is this one's */
};

/* ---- session.c ---- */

/* Shows what went wrong, unless it was cancelled. */
void ink_session_say_error (InkSession *self, const GError *error);

/* Once the library is this program's: changes in the folders are followed, and what other programs
 * want written is done here. */
void ink_session_settle (InkSession *self);

/* ---- session-folders.c ---- */

/* Reads the folders anew; one reading at a time, however many changes ask for it. */
void ink_session_read_folders (InkSession *self);

/* Adds the folders that were asked for while the library was being opened. */
void ink_session_add_waiting (InkSession *self);

G_END_DECLS
