/* wastebasket.c: photos on their way to the wastebasket. */
#include "config.h"

#include "wastebasket.h"

#include <glib/gi18n.h>

/* Photos that were moved there together. */
typedef struct {
  guint id;
  GPtrArray *photos; /* InkPhotoItem */
} Batch;

struct _InkWastebasket {
  GObject parent_instance;

  GHashTable *hidden; /* set of gint64 */
  GQueue held;        /* Batch */
  guint last_id;
};

G_DEFINE_FINAL_TYPE (InkWastebasket, ink_wastebasket, G_TYPE_OBJECT)

enum { HIDDEN_CHANGED, EMPTIED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_ptr_array_unref (batch->photos);
  g_free (batch);
}

/* Returns: (transfer full) (nullable): off the list of what is held back */
static Batch *
take_batch (InkWastebasket *self, guint id)
{
  for (GList *link = self->held.head; link; link = link->next) {
    Batch *batch = link->data;
    if (batch->id == id) {
      g_queue_delete_link (&self->held, link);
      return batch;
    }
  }
  return NULL;
}

static void
set_hidden (InkWastebasket *self, InkPhotoItem *photo, gboolean hidden)
{
  gint64 id = ink_photo_item_get_id (photo);

  if (hidden)
    g_hash_table_add (self->hidden, g_memdup2 (&id, sizeof id));
  else
    g_hash_table_remove (self->hidden, &id);
}

/* ---- Files --------------------------------------------------------------------------------- */

/* Files that could not go, with the reason of the first. */
typedef struct {
  GPtrArray *photos; /* InkPhotoItem */
  GError *error;
} Failures;

static void
failures_free (gpointer data)
{
  Failures *failures = data;

  g_ptr_array_unref (failures->photos);
  g_clear_error (&failures->error);
  g_free (failures);
}

static void
trash_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Batch *batch = data;
  Failures *failures = g_new0 (Failures, 1);

  failures->photos = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < batch->photos->len; i++) {
    InkPhotoItem *photo = g_ptr_array_index (batch->photos, i);
    g_autoptr (GError) error = NULL;
    if (g_file_trash (ink_photo_item_get_file (photo), NULL, &error))
      continue;
    g_ptr_array_add (failures->photos, g_object_ref (photo));
    if (!failures->error)
      failures->error = g_steal_pointer (&error);
  }
  g_task_return_pointer (task, failures, failures_free);
}

static void
say_failures (InkWastebasket *self, Failures *failures)
{
  InkPhotoItem *first = g_ptr_array_index (failures->photos, 0);
  guint n = failures->photos->len;
  g_autofree char *message =
      n == 1 ? g_strdup_printf (_ ("“%s” can’t be moved to the wastebasket: %s"),
                                ink_photo_item_get_name (first), failures->error->message)
             : g_strdup_printf (
                   /* Translators: always more than one; %s is why the first of them can't. */
                   ngettext ("%u photo can’t be moved to the wastebasket: %s",
                             "%u photos can’t be moved to the wastebasket: %s", n),
                   n, failures->error->message);

  g_signal_emit (self, signals[FAILED], 0, message);
}

static void
trashed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkWastebasket *self = INK_WASTEBASKET (source);
  Batch *batch = g_task_get_task_data (G_TASK (result));
  Failures *failures = g_task_propagate_pointer (G_TASK (result), NULL);
  guint failed = failures->photos->len;

  for (guint i = 0; i < failed; i++)
    set_hidden (self, g_ptr_array_index (failures->photos, i), FALSE);
  if (failed > 0) {
    g_signal_emit (self, signals[HIDDEN_CHANGED], 0);
    say_failures (self, failures);
  }
  if (failed < batch->photos->len)
    g_signal_emit (self, signals[EMPTIED], 0);
  failures_free (failures);
  if (g_application_get_default ())
    g_application_release (g_application_get_default ());
}

/* @batch: (transfer full) */
static void
trash (InkWastebasket *self, Batch *batch)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, trashed_cb, NULL);

  if (g_application_get_default ())
    g_application_hold (g_application_get_default ());
  g_task_set_task_data (task, batch, batch_free);
  g_task_run_in_thread (task, trash_thread);
}

/* ---- The object ---------------------------------------------------------------------------- */

static void
ink_wastebasket_finalize (GObject *object)
{
  InkWastebasket *self = INK_WASTEBASKET (object);

  g_queue_clear_full (&self->held, batch_free);
  g_hash_table_unref (self->hidden);
  G_OBJECT_CLASS (ink_wastebasket_parent_class)->finalize (object);
}

static void
ink_wastebasket_class_init (InkWastebasketClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ink_wastebasket_finalize;
  signals[HIDDEN_CHANGED] =
      g_signal_new ("hidden-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EMPTIED] =
      g_signal_new ("emptied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ink_wastebasket_init (InkWastebasket *self)
{
  self->hidden = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

InkWastebasket *
ink_wastebasket_new (void)
{
  return g_object_new (INK_TYPE_WASTEBASKET, NULL);
}

GHashTable *
ink_wastebasket_get_hidden (InkWastebasket *self)
{
  return self->hidden;
}

guint
ink_wastebasket_hold (InkWastebasket *self, GPtrArray *photos)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->id = ++self->last_id;
  batch->photos = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < photos->len; i++) {
    InkPhotoItem *photo = g_ptr_array_index (photos, i);
    g_ptr_array_add (batch->photos, g_object_ref (photo));
    set_hidden (self, photo, TRUE);
  }
  g_queue_push_tail (&self->held, batch);
  g_signal_emit (self, signals[HIDDEN_CHANGED], 0);
  return batch->id;
}

void
ink_wastebasket_undo (InkWastebasket *self, guint id)
{
  Batch *batch = take_batch (self, id);

  if (!batch)
    return;
  for (guint i = 0; i < batch->photos->len; i++)
    set_hidden (self, g_ptr_array_index (batch->photos, i), FALSE);
  batch_free (batch);
  g_signal_emit (self, signals[HIDDEN_CHANGED], 0);
}

void
ink_wastebasket_let_go (InkWastebasket *self, guint id)
{
  Batch *batch = take_batch (self, id);

  if (batch)
    trash (self, batch);
}

void
ink_wastebasket_let_all_go (InkWastebasket *self)
{
  Batch *batch;

  while ((batch = g_queue_pop_head (&self->held)))
    trash (self, batch);
}
