/* check.c: the integrity of the whole database, and repairs. */
#include "store/check.h"

#include <math.h>
#include <string.h>

#include "store/embeddings.h"
#include "store/half.h"
#include "store/store-private.h"

/* Embeddings are of unit length; rounding to float16 changes that by less than one part in 1000,
 * a damaged exponent by far more. */
#define LENGTH_TOLERANCE 0.01

/* Messages of SQLite that are passed on; more of them say nothing new. */
#define MESSAGES_MAX 20

/* Vectors that are looked at in one transaction. */
#define SLICE 1024

/* ---- Rows -------------------------------------------------------------------------------- */

/* Rows that should not be there. */
typedef struct {
  const char *problem; /* follows their number */
  const char *from;    /* table and condition */
  const char *remedy;  /* what taking them out means */
} Rule;

static const Rule rules[] = {
    {"photos belong to no folder", "photos WHERE folder NOT IN (SELECT id FROM folders)",
     "forgotten"},
    {"photos have a name that leads out of their folder",
     "photos WHERE length (path) = 0 OR substr (path, 1, 1) = x'2f'"
     " OR instr (CAST (x'2f' || path || x'2f' AS BLOB), x'2f2e2e2f') > 0",
     "forgotten"},
    {"models have embeddings of an impossible length",
     "spaces WHERE dims NOT BETWEEN 1 AND " G_STRINGIFY (INK_DIMS_MAX), "taken out"},
    {"embeddings belong to no photo", "embeddings WHERE photo NOT IN (SELECT id FROM photos)",
     "taken out"},
    {"embeddings belong to no model", "embeddings WHERE space NOT IN (SELECT id FROM spaces)",
     "taken out"},
    {"embeddings have a wrong length",
     "embeddings WHERE length (vector) = 0 OR length (vector) %"
     " (SELECT 2 * dims FROM spaces WHERE spaces.id = embeddings.space) != 0",
     "taken out, to be made again by indexing"},
    {"cached queries have a wrong length",
     "queries WHERE length (vector) IS NOT"
     " (SELECT 4 * dims FROM spaces WHERE spaces.id = queries.space)",
     "taken out"},
    {"exclusions belong to no folder", "exclusions WHERE folder NOT IN (SELECT id FROM folders)",
     "taken out"},
    {"settings name a model that is not there",
     "meta WHERE key IN ('active-space', 'previous-space')"
     " AND CAST (value AS INTEGER) NOT IN (SELECT id FROM spaces)"
     " OR key IN ('active-model', 'previous-model')"
     " AND value != 'starter' AND value NOT IN (SELECT name FROM models)",
     "reset"},
    {"photos count as missing but are not there",
     "missing WHERE photo NOT IN (SELECT id FROM photos)", "taken out"},
    {"drives belong to no folder", "mounts WHERE folder NOT IN (SELECT id FROM folders)",
     "taken out"},
    {"models have no place among the files",
     "models WHERE name != 'starter' AND (name = '' OR name GLOB '*/*' OR name IN ('.', '..'))",
     "taken out"},
};

static void
add_problem (GPtrArray *problems, guint n, const char *problem, const char *remedy, gboolean repair)
{
  g_ptr_array_add (problems, repair ? g_strdup_printf ("%u %s: %s", n, problem, remedy)
                                    : g_strdup_printf ("%u %s", n, problem));
}

static gboolean
apply_rule (InkStore *store, const Rule *rule, gboolean repair, GPtrArray *problems, GError **error)
{
  g_autofree char *count = g_strconcat ("SELECT count (*) FROM ", rule->from, NULL);
  g_autofree char *remove = g_strconcat ("DELETE FROM ", rule->from, NULL);
  gint64 n;

  if (!ink_database_get_int (store->database, count, &n, error))
    return FALSE;
  if (n == 0)
    return TRUE;
  store->changed |= repair;
  if (repair && !ink_database_run (store->database, remove, error))
    return FALSE;
  add_problem (problems, (guint)n, rule->problem, rule->remedy, repair);
  return TRUE;
}

/* ---- Vectors ----------------------------------------------------------------------------- */

static gboolean
is_unit_vector (const guint16 *half, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++) {
    float value;
    ink_half_to_float (&value, &half[i], 1);
    sum += (double)value * value;
  }
  /* Also false for what is not a number. */
  return fabs (sqrt (sum) - 1) < LENGTH_TOLERANCE;
}

/* Adds the ids of bad vectors to @bad. Returns: rows seen, -1 with @error set */
static int
check_slice (InkStore *store, gint64 *last, GArray *bad, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (InkStatement) statement = ink_database_prepare (
      store->database,
      "SELECT embeddings.id, vector, dims FROM embeddings JOIN spaces ON spaces.id = space"
      " WHERE embeddings.id > ? AND dims > 0 AND length (vector) % (2 * dims) = 0"
      " ORDER BY embeddings.id LIMIT ?",
      error);
  int n = 0, result;

  if (statement == NULL)
    return -1;
  sqlite3_bind_int64 (statement, 1, *last);
  sqlite3_bind_int (statement, 2, SLICE);
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    gsize numbers = (gsize)sqlite3_column_bytes (statement, 1) / sizeof (guint16);
    gsize dims = (gsize)sqlite3_column_int64 (statement, 2);
    const guint16 *vectors = sqlite3_column_blob (statement, 1);
    gboolean good = TRUE;
    *last = sqlite3_column_int64 (statement, 0);
    for (gsize at = 0; at + dims <= numbers; at += dims)
      good = good && is_unit_vector (vectors + at, dims);
    if (!good)
      g_array_append_val (bad, *last);
    n++;
  }
  return result == SQLITE_DONE ? n : -1;
}

static gboolean
check_vectors (InkStore *store, gboolean repair, GPtrArray *problems, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 last = 0;
  int n;

  while ((n = check_slice (store, &last, bad, error)) > 0)
    continue;
  if (n < 0)
    return FALSE;
  if (bad->len == 0)
    return TRUE;
  for (guint i = 0; repair && i < bad->len; i++)
    if (!ink_store_run_with_id (store, "DELETE FROM embeddings WHERE id = ?",
                                g_array_index (bad, gint64, i), error))
      return FALSE;
  store->changed |= repair;
  add_problem (problems, bad->len, "embeddings are damaged",
               "taken out, to be made again by indexing", repair);
  return TRUE;
}

gboolean
ink_store_check_rows (InkStore *store, gboolean repair, GPtrArray *problems, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (!apply_rule (store, &rules[i], repair, problems, error))
      return FALSE;
  return check_vectors (store, repair, problems, error);
}

/* ---- The file ---------------------------------------------------------------------------- */

/* SQLite's own check of structure, indexes and constraints. */
static gboolean
check_integrity (InkStore *store, GPtrArray *problems, GError **error)
{
  g_autoptr (InkStatement) statement =
      ink_database_prepare (store->database, "PRAGMA integrity_check", error);
  guint n = 0;
  int result;

  if (statement == NULL)
    return FALSE;
  while ((result = ink_database_step (store->database, statement, error)) == SQLITE_ROW) {
    g_autofree char *message = ink_statement_get_text (statement, 0);
    if (strcmp (message, "ok") != 0 && n++ < MESSAGES_MAX)
      g_ptr_array_add (problems, g_strdup_printf ("The database is damaged: %s", message));
  }
  return result == SQLITE_DONE;
}

/* check_integrity(), where damage that ends the check is a problem found, too. */
static gboolean
find_damage (InkStore *store, GPtrArray *problems, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (check_integrity (store, problems, &local))
    return TRUE;
  if (ink_database_is_damage (local)) {
    g_ptr_array_add (problems, g_strdup (local->message));
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Damage is often in an index alone, which can be made again from its table. */
static gboolean
repair_file (InkStore *store, GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *notice = NULL;

  if (ink_database_run (store->database, "REINDEX", NULL)) {
    if (!find_damage (store, left, error))
      return FALSE;
    if (left->len == 0) {
      g_ptr_array_add (problems, g_strdup ("The indexes were made again, which mended it."));
      return TRUE;
    }
  }
  g_clear_pointer (&store->database, ink_database_close);
  if (!ink_store_recover (store, &notice, error))
    return FALSE;
  g_ptr_array_add (problems, g_steal_pointer (&notice));
  return TRUE;
}

static gboolean
check_and_repair_rows (InkStore *store, GPtrArray *problems, GError **error)
{
  if (!ink_store_write_begin (store, error))
    return FALSE;
  return ink_store_write_end (store, ink_store_check_rows (store, TRUE, problems, error), error);
}

GPtrArray *
ink_store_check (InkStore *store, gboolean repair, GError **error)
{
  INK_STORE_AUTO_LOCK (store);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (store->depth == 0, NULL);
  if (!find_damage (store, problems, error))
    return NULL;
  gboolean ok = TRUE;
  gboolean damaged = problems->len > 0;
  if (damaged && !repair)
    return g_steal_pointer (&problems);
  if (damaged)
    ok = repair_file (store, problems, error);
  if (ok)
    ok = repair ? check_and_repair_rows (store, problems, error)
                : ink_store_check_rows (store, FALSE, problems, error);
  return ok ? g_steal_pointer (&problems) : NULL;
}
