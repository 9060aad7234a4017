/* preferences.c: the preferences. */
#include "config.h"

#include "preferences.h"

#include "environment.h"
#include "folders-page.h"
#include "model-page.h"

#include <glib/gi18n.h>

#define INK_TYPE_PREFERENCES (ink_preferences_get_type ())
G_DECLARE_FINAL_TYPE (InkPreferences, ink_preferences, INK, PREFERENCES, AdwPreferencesWindow)

struct _InkPreferences {
  AdwPreferencesWindow parent_instance;

  InkFoldersPage *folders;
  InkModelPage *model;
  AdwComboRow *when;
  AdwComboRow *closing;
  AdwComboRow *precision;
  GtkSpinButton *threads;
  GtkAdjustment *size_adjustment;
  GtkSwitch *history;
  GtkWidget *erase;

  InkSession *session;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (InkPreferences, ink_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* What the rows of the lists stand for, as the settings have it. */
static const char *const closing_values[] = {"ask", "continue", "stop"};
static const char *const precision_values[] = {"auto", "f32", "bf16", "int8"};

/* ---- Settings ------------------------------------------------------------------------------ */

typedef struct {
  const char *const *values;
  guint n;
} Choices;

static const Choices closing_choices = {closing_values, G_N_ELEMENTS (closing_values)};
static const Choices precision_choices = {precision_values, G_N_ELEMENTS (precision_values)};

static gboolean
choice_from_setting (GValue *value, GVariant *setting, gpointer data)
{
  const Choices *choices = data;

  for (guint i = 0; i < choices->n; i++)
    if (g_str_equal (choices->values[i], g_variant_get_string (setting, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
choice_to_setting (const GValue *value, const GVariantType *type, gpointer data)
{
  const Choices *choices = data;
  guint i = g_value_get_uint (value);

  return i < choices->n ? g_variant_new_string (choices->values[i]) : NULL;
}

static void
bind_choice (InkPreferences *self, const char *key, AdwComboRow *row, const Choices *choices)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                choice_from_setting, choice_to_setting, (gpointer)choices, NULL);
}

static void
bind_settings (InkPreferences *self)
{
  bind_choice (self, "close-while-indexing", self->closing, &closing_choices);
  bind_choice (self, "precision", self->precision, &precision_choices);
  g_settings_bind (self->settings, "threads", self->threads, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "thumbnail-size", self->size_adjustment, "value",
                   G_SETTINGS_BIND_DEFAULT);
}

/* ---- Settings that the library keeps --------------------------------------------------------- */

typedef struct {
  gboolean keep_history;
  InkPowerPolicy policy;
  gboolean knows_idle; /* somebody can tell whether the computer is used */
} Kept;

static void
read_kept_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->keep_history = ink_library_get_keep_history (data);
  kept->policy = ink_library_get_power_policy (data);
  kept->knows_idle = ink_power_is_idle (NULL);
  g_task_return_pointer (task, kept, g_free);
}

static void
history_switched_cb (InkPreferences *self)
{
  ink_session_set_keep_history (self->session, gtk_switch_get_active (self->history));
}

static void
when_chosen_cb (InkPreferences *self)
{
  ink_session_set_power_policy (self->session,
                                (InkPowerPolicy)adw_combo_row_get_selected (self->when));
}

/* The choices, in the order of InkPowerPolicy. */
static void
show_policy (InkPreferences *self, const Kept *kept)
{
  GtkStringList *choices = GTK_STRING_LIST (adw_combo_row_get_model (self->when));

  if (kept->knows_idle || kept->policy == INK_POWER_IDLE)
    gtk_string_list_append (choices, _ ("When nobody uses the computer"));
  adw_combo_row_set_selected (self->when, (guint)kept->policy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->when), TRUE);
  g_signal_connect_object (self->when, "notify::selected", G_CALLBACK (when_chosen_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
kept_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkPreferences *self = INK_PREFERENCES (source);
  g_autofree Kept *kept = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!self->session) /* closed meanwhile */
    return;
  show_policy (self, kept);
  gtk_switch_set_active (self->history, kept->keep_history);
  gtk_widget_set_sensitive (GTK_WIDGET (self->history), TRUE);
  g_signal_connect_object (self->history, "notify::active", G_CALLBACK (history_switched_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
read_kept (InkPreferences *self)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!library)
    return;
  g_autoptr (GTask) task = g_task_new (self, NULL, kept_read_cb, NULL);
  g_task_set_task_data (task, g_object_ref (library), g_object_unref);
  g_task_run_in_thread (task, read_kept_thread);
}

static void
clear_history_clicked_cb (InkPreferences *self)
{
  ink_session_clear_history (self->session);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self),
                                    adw_toast_new (_ ("Remembered searches cleared")));
}

/* ---- Deleting ------------------------------------------------------------------------------ */

static void
erase_answered_cb (InkPreferences *self, const char *response)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (!g_str_equal (response, "delete"))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE); /* it goes with the window */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.erase", NULL);
}

static void
erase_clicked_cb (InkPreferences *self)
{
  GtkWidget *question = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("Delete All Inkling Data?"),
      _ ("Folders, saved searches, thumbnails and added models are forgotten, and Inkling closes. "
         "Your photos stay as they are. This can’t be undone."));
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (question);

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "delete", _ ("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (question, "response", G_CALLBACK (erase_answered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

/* ---- The window ---------------------------------------------------------------------------- */

static void
ink_preferences_dispose (GObject *object)
{
  InkPreferences *self = INK_PREFERENCES (object);

  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ink_preferences_parent_class)->dispose (object);
}

static void
ink_preferences_class_init (InkPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_preferences_dispose;
  g_type_ensure (INK_TYPE_FOLDERS_PAGE);
  g_type_ensure (INK_TYPE_MODEL_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, folders);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, model);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, closing);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, when);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, precision);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, threads);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, size_adjustment);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, history);
  gtk_widget_class_bind_template_child (widget_class, InkPreferences, erase);
  gtk_widget_class_bind_template_callback (widget_class, clear_history_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, erase_clicked_cb);
}

static void
ink_preferences_init (InkPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = ink_environment_get_settings ();
  bind_settings (self);
}

void
ink_preferences_present (GtkWindow *parent, InkSession *session, const char *page)
{
  InkPreferences *self = g_object_new (INK_TYPE_PREFERENCES, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  ink_folders_page_set_session (self->folders, session);
  ink_model_page_set_session (self->model, session);
  read_kept (self);
  if (page)
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self), page);
  gtk_window_present (GTK_WINDOW (self));
}
