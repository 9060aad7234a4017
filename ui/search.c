/* search.c: what the user looks for and what came back. */
#include "search.h"

#include "hidden-photos.h"

/* Two keys that come in one stroke are one question; a search that is overtaken costs little. */
#define TYPING_DELAY_MS 30

/* What comes sooner needs no spinner. */
#define SLOW_MS 300

/* While photos come in: soon at first, later at a pace at which the newest can be looked at. */
#define FIRST_REFRESH_MS 1000
#define REFRESH_MS 4000
#define FEW_PHOTOS 50
#define PREVIEW_SIZE 128

/* A ranked search shows this many photos; further ones are ever weaker matches. */
#define RANKED_LIMIT 1000

struct _InkSearch {
  GObject parent_instance;

  InkLibrary *library;
  char *words;
  GListStore *pictures; /* InkPictureQuery */
  InkResultModel *results;
  GHashTable *hidden; /* nullable: set of gint64 */
  GError *error;
  char *notice;

  GCancellable *running; /* of the search whose answer is awaited */
  gboolean running_fresh;
  guint typing, refreshing; /* source ids */
  guint slowness;           /* source id: runs while an answer is awaited */
  gboolean slow;
};

G_DEFINE_FINAL_TYPE (InkSearch, ink_search, G_TYPE_OBJECT)

enum { QUERY_CHANGED, FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

enum { PROP_0, PROP_SLOW, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static void
set_slow (InkSearch *self, gboolean slow)
{
  if (slow == self->slow)
    return;
  self->slow = slow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLOW]);
}

static gboolean
slow_cb (gpointer data)
{
  InkSearch *self = data;

  self->slowness = 0;
  set_slow (self, TRUE);
  return G_SOURCE_REMOVE;
}

InkQuery *
ink_search_read (InkSearch *self)
{
  InkQuery *query = ink_query_new ();

  ink_query_parse (query, self->words);
  return query;
}

InkQuery *
ink_search_make_query (InkSearch *self)
{
  InkQuery *query = ink_search_read (self);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->pictures)); i++) {
    g_autoptr (InkPictureQuery) picture = g_list_model_get_item (G_LIST_MODEL (self->pictures), i);
    ink_picture_query_add_to (picture, query);
  }
  return query;
}

/* How the window asks for it. */
static InkQuery *
make_question (InkSearch *self)
{
  InkQuery *query = ink_search_make_query (self);

  query->weak = TRUE;
  query->group = TRUE;
  query->limit = ink_query_is_listing (query) ? 0 : RANKED_LIMIT;
  return query;
}

/* A question that was asked of the library. */
typedef struct {
  InkSearch *search;
  GCancellable *cancellable;
} Question;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (InkSearch) self = question->search;
  g_autoptr (GCancellable) cancellable = question->cancellable;
  g_autoptr (GError) error = NULL;
  InkResults *results = ink_library_search_finish (INK_LIBRARY (source), result, &error);

  /* A search that was overtaken was cancelled; its answer may have been under way already. */
  if (cancellable != self->running) {
    g_clear_pointer (&results, ink_results_free);
    return;
  }

  g_clear_object (&self->running);
  g_clear_handle_id (&self->slowness, g_source_remove);
  set_slow (self, FALSE);
  g_clear_error (&self->error);
  g_clear_pointer (&self->notice, g_free);
  /* A library that is yet to be made has no photos; that is all there is to it. */
  if (!g_error_matches (error, INK_ERROR, INK_ERROR_NO_LIBRARY))
    self->error = g_steal_pointer (&error);
  if (results) {
    self->notice = g_strdup (results->notice);
    if (self->hidden)
      ink_hidden_photos_remove (self->hidden, results);
    ink_result_model_set_results (self->results, results);
  } else if (self->running_fresh) {
    ink_result_model_set_results (self->results, NULL);
  }
  g_signal_emit (self, signals[FINISHED], 0, self->running_fresh);
}

static void
run (InkSearch *self, gboolean fresh)
{
  g_clear_handle_id (&self->typing, g_source_remove);
  g_clear_handle_id (&self->refreshing, g_source_remove);
  if (!self->library)
    return;

  /* Bringing up to date must not turn an awaited fresh answer into a stale one. */
  self->running_fresh = fresh || (self->running && self->running_fresh);
  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->running = g_cancellable_new ();
  if (self->running_fresh && !self->slowness && !self->slow)
    self->slowness = g_timeout_add (SLOW_MS, slow_cb, self);

  g_autoptr (InkQuery) query = make_question (self);
  Question *question = g_new0 (Question, 1);
  question->search = g_object_ref (self);
  question->cancellable = g_object_ref (self->running);
  ink_library_search_async (self->library, query, self->running, answered_cb, question);
}

static gboolean
typing_cb (gpointer data)
{
  InkSearch *self = data;

  self->typing = 0;
  run (self, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
refresh_cb (gpointer data)
{
  InkSearch *self = data;

  self->refreshing = 0;
  if (self->running)
    ink_search_refresh (self); /* one at a time */
  else
    run (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
ink_search_dispose (GObject *object)
{
  InkSearch *self = INK_SEARCH (object);

  g_clear_handle_id (&self->typing, g_source_remove);
  g_clear_handle_id (&self->refreshing, g_source_remove);
  g_clear_handle_id (&self->slowness, g_source_remove);
  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_clear_object (&self->library);
  g_clear_object (&self->pictures);
  g_clear_object (&self->results);
  G_OBJECT_CLASS (ink_search_parent_class)->dispose (object);
}

static void
ink_search_finalize (GObject *object)
{
  InkSearch *self = INK_SEARCH (object);

  g_clear_error (&self->error);
  g_clear_pointer (&self->hidden, g_hash_table_unref);
  g_free (self->notice);
  g_free (self->words);
  G_OBJECT_CLASS (ink_search_parent_class)->finalize (object);
}

static void
ink_search_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_SLOW:
    g_value_set_boolean (value, INK_SEARCH (object)->slow);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ink_search_class_init (InkSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = ink_search_dispose;
  object_class->finalize = ink_search_finalize;
  object_class->get_property = ink_search_get_property;

  properties[PROP_SLOW] =
      g_param_spec_boolean ("slow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[QUERY_CHANGED] =
      g_signal_new ("query-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
ink_search_init (InkSearch *self)
{
  self->words = g_strdup ("");
  self->pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);
  self->results = ink_result_model_new ();
}

InkSearch *
ink_search_new (void)
{
  return g_object_new (INK_TYPE_SEARCH, NULL);
}

void
ink_search_set_library (InkSearch *self, InkLibrary *library)
{
  if (g_set_object (&self->library, library))
    run (self, TRUE);
}

const char *
ink_search_get_words (InkSearch *self)
{
  return self->words;
}

void
ink_search_set_words (InkSearch *self, const char *words)
{
  if (g_str_equal (words, self->words))
    return;

  g_free (self->words);
  self->words = g_strdup (words);
  g_clear_handle_id (&self->typing, g_source_remove);
  self->typing = g_timeout_add (TYPING_DELAY_MS, typing_cb, self);
  g_signal_emit (self, signals[QUERY_CHANGED], 0);
}

void
ink_search_write (InkSearch *self, const InkQuery *query)
{
  g_autofree char *text = ink_query_to_text (query);

  ink_search_set_words (self, text);
  ink_search_hurry (self);
}

char *
ink_search_to_text (InkSearch *self)
{
  g_autoptr (InkQuery) query = ink_search_make_query (self);

  return ink_query_to_text (query);
}

void
ink_search_hurry (InkSearch *self)
{
  if (self->typing)
    run (self, TRUE);
}

GListModel *
ink_search_get_pictures (InkSearch *self)
{
  return G_LIST_MODEL (self->pictures);
}

void
ink_search_set_pictures (InkSearch *self, GListModel *pictures)
{
  g_list_store_remove_all (self->pictures);
  for (guint i = 0; pictures && i < g_list_model_get_n_items (pictures); i++) {
    g_autoptr (InkPictureQuery) picture = g_list_model_get_item (pictures, i);
    g_list_store_append (self->pictures, picture);
    if (self->library)
      ink_picture_query_load_preview (picture, self->library, PREVIEW_SIZE);
  }
  g_signal_emit (self, signals[QUERY_CHANGED], 0);
  run (self, TRUE);
}

void
ink_search_remove_picture (InkSearch *self, InkPictureQuery *picture)
{
  guint position;

  if (!g_list_store_find (self->pictures, picture, &position))
    return;
  g_list_store_remove (self->pictures, position);
  g_signal_emit (self, signals[QUERY_CHANGED], 0);
  run (self, TRUE);
}

void
ink_search_find_similar (InkSearch *self, InkPhotoItem *photo)
{
  g_autoptr (InkPictureQuery) picture = ink_picture_query_new_for_file (
      ink_photo_item_get_file (photo), ink_photo_item_get_id (photo));

  ink_search_find_picture (self, picture);
}

void
ink_search_find_picture (InkSearch *self, InkPictureQuery *picture)
{
  g_autoptr (GListStore) pictures = g_list_store_new (INK_TYPE_PICTURE_QUERY);

  g_free (self->words);
  self->words = g_strdup ("");
  g_list_store_append (pictures, picture);
  ink_search_set_pictures (self, G_LIST_MODEL (pictures));
}

void
ink_search_open_text (InkSearch *self, const char *text)
{
  char *words = g_strdup (text); /* it may be our own */

  g_free (self->words);
  self->words = words;
  ink_search_set_pictures (self, NULL);
}

void
ink_search_clear (InkSearch *self)
{
  if (!ink_search_is_empty (self))
    ink_search_open_text (self, "");
}

gboolean
ink_search_is_empty (InkSearch *self)
{
  return self->words[0] == '\0' && g_list_model_get_n_items (G_LIST_MODEL (self->pictures)) == 0;
}

void
ink_search_set_hidden (InkSearch *self, GHashTable *photos)
{
  if (photos)
    g_hash_table_ref (photos);
  g_clear_pointer (&self->hidden, g_hash_table_unref);
  self->hidden = photos;
  run (self, FALSE);
}

void
ink_search_refresh (InkSearch *self)
{
  gboolean few = ink_result_model_get_count (self->results) < FEW_PHOTOS;

  if (!self->refreshing && !self->typing)
    self->refreshing = g_timeout_add (few ? FIRST_REFRESH_MS : REFRESH_MS, refresh_cb, self);
}

gboolean
ink_search_is_busy (InkSearch *self)
{
  return self->running != NULL || self->typing != 0;
}

InkResultModel *
ink_search_get_results (InkSearch *self)
{
  return self->results;
}

const GError *
ink_search_get_error (InkSearch *self)
{
  return self->error;
}

const char *
ink_search_get_notice (InkSearch *self)
{
  return self->notice;
}
