/* session-settings.c: the settings that the session's library keeps, changed in a thread. */
#include "config.h"

#include "session-private.h"

typedef struct {
  enum { KEEP_HISTORY, CLEAR_HISTORY, POWER_POLICY, EXCLUSIONS } what;
  int value;
  char *folder;
  GStrv patterns;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->folder);
  g_strfreev (change->patterns);
  g_free (change);
}

static gboolean
do_change (InkLibrary *library, const Change *change, GError **error)
{
  switch (change->what) {
  case KEEP_HISTORY:
    return ink_library_set_keep_history (library, change->value, error);
  case CLEAR_HISTORY:
    return ink_library_forget_queries (library, NULL, error);
  case POWER_POLICY:
    return ink_library_set_power_policy (library, (InkPowerPolicy)change->value, error);
  case EXCLUSIONS:
  default:
    return ink_library_set_exclusions (library, change->folder,
                                       (const char *const *)change->patterns, error);
  }
}

static void
change_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkLibrary *library = INK_SESSION (source)->library;
  GError *error = NULL;

  if (ink_library_make_writable (library, &error) && do_change (library, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  const Change *change = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    ink_session_say_error (self, error);
  } else if (change->what == EXCLUSIONS) {
    ink_session_read_folders (self);
    ink_session_index (self, FALSE);
  }
}

/* @change: (transfer full) */
static void
begin_change (InkSession *self, Change *change)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, changed_cb, NULL);

  g_task_set_task_data (task, change, change_free);
  if (self->library)
    g_task_run_in_thread (task, change_thread);
  else
    g_task_return_boolean (task, TRUE);
}

static void
change_value (InkSession *self, int what, int value)
{
  Change *change = g_new0 (Change, 1);

  change->what = what;
  change->value = value;
  begin_change (self, change);
}

void
ink_session_set_keep_history (InkSession *self, gboolean keep)
{
  change_value (self, KEEP_HISTORY, keep);
}

void
ink_session_clear_history (InkSession *self)
{
  change_value (self, CLEAR_HISTORY, 0);
}

void
ink_session_set_power_policy (InkSession *self, InkPowerPolicy policy)
{
  change_value (self, POWER_POLICY, (int)policy);
}

void
ink_session_set_exclusions (InkSession *self, const char *folder, const char *const *patterns)
{
  Change *change = g_new0 (Change, 1);

  change->what = EXCLUSIONS;
  change->folder = g_strdup (folder);
  change->patterns = g_strdupv ((GStrv)patterns);
  begin_change (self, change);
}
