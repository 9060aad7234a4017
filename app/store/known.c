/* known.c: the photos of one folder on the disk, out of the database (known.h).
 *
 * The paths below P are those that begin with "P/": they lie from there up to "P0", '0' being the
 * byte after '/'. So the index of paths leads past whole sub-folders.
 */
#include "store/known.h"

#include <string.h>

#include "store/store-private.h"

/* Rows that are read in one transaction. */
#define SLICE 4096

/* A walk over the photos below a path, by ascending path. */
typedef struct {
  InkStore *store;
  gint64 folder, space;
  char *prefix;     /* of all paths below: "" or one that ends in a slash */
  GByteArray *from; /* the first path that may come next */
  GBytes *end;      /* the first one after all; empty for none */
} Walk;

static void
walk_init (Walk *walk, InkStore *store, gint64 folder, gint64 space, const char *path)
{
  g_autofree char *end = g_strconcat (path, *path != '\0' ? "0" : "", NULL);

  *walk = (Walk){store, folder, space};
  walk->prefix = g_strconcat (path, *path != '\0' ? "/" : "", NULL);
  walk->from = g_byte_array_new ();
  g_byte_array_append (walk->from, (const guint8 *)walk->prefix, (guint)strlen (walk->prefix));
  walk->end = g_bytes_new (end, strlen (end));
}

static void
walk_clear (Walk *walk)
{
  g_free (walk->prefix);
  g_byte_array_unref (walk->from);
  g_bytes_unref (walk->end);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

/* Goes on behind the @length bytes of @path and one more: its NUL to leave out @path alone, or '0'
 * to leave out what lies below it. */
static void
walk_skip (Walk *walk, const char *path, gsize length, char after)
{
  g_byte_array_set_size (walk->from, 0);
  g_byte_array_append (walk->from, (const guint8 *)path, (guint)length);
  g_byte_array_append (walk->from, (const guint8 *)&after, 1);
}

static InkKnownPhoto *
read_known (InkStatement *statement)
{
  gsize length = (gsize)sqlite3_column_bytes (statement, 1);
  InkKnownPhoto *known = g_malloc0 (sizeof *known + length + 1);

  known->id = sqlite3_column_int64 (statement, 0);
  if (length > 0) /* an empty blob has no address */
    memcpy (known->path, sqlite3_column_blob (statement, 1), length);
  known->stamp.size = sqlite3_column_int64 (statement, 2);
  known->stamp.mtime_ns = sqlite3_column_int64 (statement, 3);
  known->stamp.device = (guint64)sqlite3_column_int64 (statement, 4);
  known->stamp.inode = (guint64)sqlite3_column_int64 (statement, 5);
  known->state = (InkPhotoState)sqlite3_column_int (statement, 6);
  known->embedded = sqlite3_column_int (statement, 7) != 0;
  known->missing_since = sqlite3_column_int64 (statement, 8);
  return known;
}

#define SELECT_FROM                                                                                \
  "SELECT id, path, size, mtime_ns, device, inode, state,"                                         \
  " EXISTS (SELECT 1 FROM embeddings WHERE photo = photos.id AND space = ?1),"                     \
  " (SELECT since FROM missing WHERE photo = photos.id)"                                           \
  " FROM photos WHERE folder = ?2 AND path >= ?3 "
#define IN_ORDER "ORDER BY path LIMIT ?4"

/* Both ends go to the index: a walk that finds nothing reads nothing. */
static InkStatement *
walk_prepare (const Walk *walk, GError **error)
{
  gsize end_size;
  const char *end = g_bytes_get_data (walk->end, &end_size);
  InkStatement *statement = ink_database_prepare (
      walk->store->database,
      end_size > 0 ? SELECT_FROM "AND path < ?5 " IN_ORDER : SELECT_FROM IN_ORDER, error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, walk->space);
  sqlite3_bind_int64 (statement, 2, walk->folder);
  sqlite3_bind_blob64 (statement, 3, walk->from->len ? (const void *)walk->from->data : "",
                       walk->from->len, SQLITE_TRANSIENT);
  sqlite3_bind_int (statement, 4, SLICE);
  if (end_size > 0)
    sqlite3_bind_blob64 (statement, 5, end, end_size, SQLITE_STATIC);
  return statement;
}

/* Reads on, up to the first photo of a sub-folder where @folders is given: the name of that goes
 * there, and the walk past it. Returns: whether there may be more; %FALSE also with @error set */
static gboolean
walk_on (Walk *walk, GPtrArray *photos, GHashTable *folders, GError **error)
{
  INK_STORE_AUTO_LOCK (walk->store);
  g_autoptr (InkStatement) statement = walk_prepare (walk, error);
  guint n = 0;

  if (statement == NULL)
    return FALSE;
  while (ink_database_step (walk->store->database, statement, error) == SQLITE_ROW) {
    g_autofree InkKnownPhoto *photo = read_known (statement);
    const char *name = photo->path + strlen (walk->prefix);
    const char *slash = folders != NULL ? strchr (name, '/') : NULL;

    if (slash != NULL) {
      g_hash_table_add (folders, g_strndup (name, (gsize)(slash - name)));
      walk_skip (walk, photo->path, (gsize)(slash - photo->path), '0');
      return TRUE;
    }
    walk_skip (walk, photo->path, strlen (photo->path), '\0');
    g_ptr_array_add (photos, g_steal_pointer (&photo));
    n++;
  }
  return n == SLICE;
}

static gboolean
walk_all (Walk *walk, GPtrArray *photos, GHashTable *folders, GError **error)
{
  g_autoptr (GError) local = NULL;

  while (walk_on (walk, photos, folders, &local))
    continue;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GPtrArray *
ink_store_get_known_below (InkStore *store, gint64 folder, gint64 space, const char *path,
                           GError **error)
{
  g_autoptr (GPtrArray) photos = g_ptr_array_new_with_free_func (g_free);
  g_auto (Walk) walk;

  walk_init (&walk, store, folder, space, path);
  return walk_all (&walk, photos, NULL, error) ? g_steal_pointer (&photos) : NULL;
}

GHashTable *
ink_store_get_known_in (InkStore *store, gint64 folder, gint64 space, const char *path,
                        GHashTable **folders, GError **error)
{
  g_autoptr (GPtrArray) photos = g_ptr_array_new ();
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GHashTable) below = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (Walk) walk;

  walk_init (&walk, store, folder, space, path);
  gboolean read = walk_all (&walk, photos, below, error);
  for (guint i = 0; i < photos->len; i++) {
    InkKnownPhoto *photo = g_ptr_array_index (photos, i);
    g_hash_table_insert (known, photo->path + strlen (walk.prefix), photo);
  }
  if (!read)
    return NULL;
  *folders = g_steal_pointer (&below);
  return g_steal_pointer (&known);
}

gboolean
ink_store_has_size (InkStore *store, gint64 size, gboolean *has, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "SELECT 1 FROM photos WHERE size = ? LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, size);
  int result = ink_database_step (store->database, statement, error);
  *has = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE;
}
