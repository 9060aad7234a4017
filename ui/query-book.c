/* query-book.c: the searches that were saved and those that were made lately. */
#include "query-book.h"

#include <gtk/gtk.h>
#include <string.h>

/* So many are looked through for suggestions. */
#define MOST_RECENT 200

struct _InkQueryBook {
  GObject parent_instance;

  InkSession *session;
  InkLibrary *library;       /* nullable: whose signals are listened to */
  GPtrArray *saved;          /* InkSavedSearch */
  GPtrArray *recent;         /* char *: newest first */
  GCancellable *cancellable; /* of counting */
  gboolean reading, stale, counting;
};

G_DEFINE_FINAL_TYPE (InkQueryBook, ink_query_book, G_TYPE_OBJECT)

enum { SAVED_CHANGED, MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void count_next (InkQueryBook *self);

static void
say (InkQueryBook *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[MESSAGE], 0, error->message);
}

/* ---- Reading ------------------------------------------------------------------------------- */

typedef struct {
  GPtrArray *saved, *recent;
} Pages;

static void
pages_free (gpointer data)
{
  Pages *pages = data;

  g_clear_pointer (&pages->saved, g_ptr_array_unref);
  g_clear_pointer (&pages->recent, g_ptr_array_unref);
  g_free (pages);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Pages *pages = g_new0 (Pages, 1);
  GError *error = NULL;

  pages->saved = ink_library_get_saved_searches (data, &error);
  if (pages->saved)
    pages->recent = ink_library_get_recent_queries (data, MOST_RECENT, &error);
  if (pages->recent) {
    g_task_return_pointer (task, pages, pages_free);
  } else {
    g_task_return_error (task, error);
    pages_free (pages);
  }
}

static void read_book (InkQueryBook *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkQueryBook *self = INK_QUERY_BOOK (source);
  g_autoptr (GError) error = NULL;
  Pages *pages = g_task_propagate_pointer (G_TASK (result), &error);

  self->reading = FALSE;
  if (pages) {
    g_ptr_array_unref (self->saved);
    g_ptr_array_unref (self->recent);
    self->saved = g_steal_pointer (&pages->saved);
    self->recent = g_steal_pointer (&pages->recent);
    pages_free (pages);
    g_signal_emit (self, signals[SAVED_CHANGED], 0);
    count_next (self);
  } else {
    say (self, error);
  }
  if (self->stale)
    read_book (self);
}

/* One reading at a time, however many changes ask for it. */
static void
read_book (InkQueryBook *self)
{
  self->stale = self->reading;
  if (self->reading || !self->library)
    return;

  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);
  self->reading = TRUE;
  g_task_set_task_data (task, g_object_ref (self->library), g_object_unref);
  g_task_run_in_thread (task, read_thread);
}

/* ---- Counting ------------------------------------------------------------------------------ */

static InkSavedSearch *
find_by_id (InkQueryBook *self, gint64 id)
{
  for (guint i = 0; i < self->saved->len; i++) {
    InkSavedSearch *saved = self->saved->pdata[i];
    if (saved->id == id)
      return saved;
  }
  return NULL;
}

/* What is being counted. */
typedef struct {
  InkQueryBook *book;
  gint64 id;
} Count;

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Count *count = data;
  g_autoptr (InkQueryBook) self = count->book;
  g_autoptr (GError) error = NULL;
  int matches = ink_library_count_saved_search_finish (INK_LIBRARY (source), result, &error);
  InkSavedSearch *saved = find_by_id (self, count->id);

  self->counting = FALSE;
  if (matches < 0) { /* a search will say what is wrong */
    g_debug ("a saved search is not counted: %s", error->message);
    return;
  }
  if (saved) {
    saved->matches = matches;
    saved->is_current = TRUE;
    g_signal_emit (self, signals[SAVED_CHANGED], 0);
  }
  count_next (self);
}

/* One after the other, and not while photos come in: each would make the counts stale again. */
static void
count_next (InkQueryBook *self)
{
  if (self->counting || !self->library || ink_session_is_indexing (self->session))
    return;
  for (guint i = 0; i < self->saved->len; i++) {
    const InkSavedSearch *saved = self->saved->pdata[i];
    if (saved->is_current)
      continue;

    Count *count = g_new0 (Count, 1);
    count->book = g_object_ref (self);
    count->id = saved->id;
    self->counting = TRUE;
    ink_library_count_saved_search_async (self->library, saved->id, self->cancellable, counted_cb,
                                          count);
    return;
  }
}

/* ---- Writing ------------------------------------------------------------------------------- */

typedef struct {
  enum { SAVE, RENAME, REMOVE, REMEMBER } what;
  gint64 id;
  char *text; /* a name, or what was typed */
  InkQuery *query;
  InkLibrary *library;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_free (edit->text);
  g_clear_pointer (&edit->query, ink_query_free);
  g_clear_object (&edit->library);
  g_free (edit);
}

static gboolean
do_edit (const Edit *edit, GError **error)
{
  switch (edit->what) {
  case SAVE:
    return ink_library_save_search (edit->library, edit->text, edit->query, NULL, error);
  case RENAME:
    return ink_library_rename_saved_search (edit->library, edit->id, edit->text, error);
  case REMOVE:
    return ink_library_remove_saved_search (edit->library, edit->id, error);
  case REMEMBER:
  default:
    return ink_library_remember_query (edit->library, edit->text, error);
  }
}

static void
edit_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (do_edit (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The library's signals bring what came of it. */
static void
edited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    say (INK_QUERY_BOOK (source), error);
}

/* @edit: (transfer full) */
static void
begin_edit (InkQueryBook *self, Edit *edit)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, edited_cb, NULL);

  g_task_set_task_data (task, edit, edit_free);
  if (g_set_object (&edit->library, self->library))
    g_task_run_in_thread (task, edit_thread);
  else
    g_task_return_boolean (task, TRUE);
}

void
ink_query_book_save (InkQueryBook *self, const char *name, const InkQuery *query)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->what = SAVE;
  edit->text = g_strdup (name);
  edit->query = ink_query_copy (query);
  begin_edit (self, edit);
}

void
ink_query_book_rename (InkQueryBook *self, gint64 id, const char *name)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->what = RENAME;
  edit->id = id;
  edit->text = g_strdup (name);
  begin_edit (self, edit);
}

void
ink_query_book_remove (InkQueryBook *self, gint64 id)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->what = REMOVE;
  edit->id = id;
  begin_edit (self, edit);
}

/* The desktop's "remember recently used files" holds for what was looked for as well. */
static gboolean
desktop_remembers (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  gboolean remembers = TRUE;

  if (settings)
    g_object_get (settings, "gtk-recent-files-enabled", &remembers, NULL);
  return remembers;
}

void
ink_query_book_remember (InkQueryBook *self, const char *text)
{
  if (text[0] == '\0' || !desktop_remembers ())
    return;

  Edit *edit = g_new0 (Edit, 1);
  edit->what = REMEMBER;
  edit->text = g_strdup (text);
  begin_edit (self, edit);
}

/* ---- The object ---------------------------------------------------------------------------- */

static void
state_changed_cb (InkQueryBook *self)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!g_set_object (&self->library, library))
    return;
  if (library) {
    g_signal_connect_object (library, "saved-searches-changed", G_CALLBACK (read_book), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (library, "history-changed", G_CALLBACK (read_book), self,
                             G_CONNECT_SWAPPED);
  }
  read_book (self);
}

static void
ink_query_book_dispose (GObject *object)
{
  InkQueryBook *self = INK_QUERY_BOOK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->library);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ink_query_book_parent_class)->dispose (object);
}

static void
ink_query_book_finalize (GObject *object)
{
  InkQueryBook *self = INK_QUERY_BOOK (object);

  g_ptr_array_unref (self->saved);
  g_ptr_array_unref (self->recent);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (ink_query_book_parent_class)->finalize (object);
}

static void
ink_query_book_class_init (InkQueryBookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = ink_query_book_dispose;
  object_class->finalize = ink_query_book_finalize;
  signals[SAVED_CHANGED] =
      g_signal_new ("saved-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ink_query_book_init (InkQueryBook *self)
{
  self->saved = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_saved_search_free);
  self->recent = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = g_cancellable_new ();
}

InkQueryBook *
ink_query_book_new (InkSession *session)
{
  InkQueryBook *self = g_object_new (INK_TYPE_QUERY_BOOK, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "state-changed", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  /* The end of indexing, among others: counts may be stale now. */
  g_signal_connect_object (session, "photos-changed", G_CALLBACK (read_book), self,
                           G_CONNECT_SWAPPED);
  state_changed_cb (self);
  return self;
}

GPtrArray *
ink_query_book_get_saved (InkQueryBook *self)
{
  return self->saved;
}

const InkSavedSearch *
ink_query_book_find (InkQueryBook *self, const char *text)
{
  for (guint i = 0; i < self->saved->len; i++) {
    const InkSavedSearch *saved = self->saved->pdata[i];
    if (g_str_equal (saved->text, text))
      return saved;
  }
  return NULL;
}

GPtrArray *
ink_query_book_suggest (InkQueryBook *self, const char *text, guint max)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autofree char *wanted = g_utf8_casefold (text, -1);

  g_strstrip (wanted);
  for (guint i = 0; i < self->recent->len && found->len < max; i++) {
    g_autofree char *recent = g_utf8_casefold (self->recent->pdata[i], -1);
    if (!g_str_equal (recent, wanted) && strstr (recent, wanted))
      g_ptr_array_add (found, self->recent->pdata[i]);
  }
  return found;
}
