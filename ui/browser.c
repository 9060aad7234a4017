/* browser.c: the page with the search entry and the grid. */
#include "config.h"

#include "browser.h"

#include "banner.h"
#include "chip-row.h"
#include "environment.h"
#include "query-parts.h"
#include "selection-bar.h"
#include "sidebar.h"
#include "status-bar.h"
#include "status-page.h"
#include "suggestions.h"
#include "text-format.h"
#include "welcome-page.h"

#include <glib/gi18n.h>

struct _InkBrowser {
  GtkWidget parent_instance;

  GtkWidget *entry_clamp;
  GtkSearchEntry *entry;
  GtkWidget *sidebar_button;
  AdwFlap *flap;
  InkSidebar *sidebar;
  InkChipRow *chip_row;
  InkBanner *banner;
  GtkStack *content;
  AdwStatusPage *error_page;
  AdwStatusPage *search_error_page;
  AdwStatusPage *nothing_found_page;
  GtkWidget *remove_filters;
  InkPhotoGrid *grid;
  InkStatusBar *status_bar;

  InkSession *session;
  InkSearch *search;
  InkQueryBook *book;
  GtkWidget *suggestions;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (InkBrowser, ink_browser, GTK_TYPE_WIDGET)

/* ---- What is seen -------------------------------------------------------------------------- */

/* Why there is nothing: filters that no photo passes, as far as there are any. */
static void
explain_nothing (InkBrowser *self)
{
  g_autoptr (InkQuery) query = ink_search_read (self->search);
  g_autoptr (GPtrArray) parts = ink_query_parts_list (query);
  g_autoptr (GString) filters = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++) {
    const InkQueryPart *part = parts->pdata[i];
    if (ink_query_part_is_filter (part))
      g_string_append_printf (filters, "%s%s", filters->len > 0 ? " · " : "", part->label);
  }
  g_autofree char *text =
      filters->len > 0
          /* Translators: %s is a list of filters, such as "Holidays · From 4 May 2021". */
          ? g_strdup_printf (_ ("None of your photos passes these filters: %s"), filters->str)
          : g_strdup (
                _ ("Try other words, fewer of them, or a picture that looks like what you are "
                   "looking for."));
  g_autofree char *markup = g_markup_escape_text (text, -1);
  adw_status_page_set_description (self->nothing_found_page, markup);
  gtk_widget_set_visible (self->remove_filters, filters->len > 0);
}

static const char *
page_of_results (InkBrowser *self)
{
  const GError *error = ink_search_get_error (self->search);

  if (error) {
    ink_status_page_set_reason (self->search_error_page, error);
    return "search-error";
  }
  if (ink_result_model_get_count (ink_search_get_results (self->search)) > 0)
    return "grid";
  if (ink_search_is_busy (self->search)) /* whatever is there stays until the answer comes */
    return gtk_stack_get_visible_child_name (self->content);
  if (!ink_search_is_empty (self->search)) {
    explain_nothing (self);
    return "nothing-found";
  }
  return ink_session_is_indexing (self->session) ? "first-photos" : "no-photos";
}

static const char *
page_of_session (InkBrowser *self)
{
  switch (ink_session_get_state (self->session)) {
  case INK_SESSION_OPENING:
    return "opening";
  case INK_SESSION_FAILED:
    ink_status_page_set_reason (self->error_page, ink_session_get_error (self->session));
    return "error";
  case INK_SESSION_READY:
  default:
    if (ink_session_get_folders (self->session)->len == 0)
      return "welcome";
    return page_of_results (self);
  }
}

static void
update_summary (InkBrowser *self)
{
  InkResultModel *results = ink_search_get_results (self->search);
  guint n = ink_result_model_count_photos (results, FALSE);
  g_autofree char *count = ink_format_count (n);
  g_autofree char *summary = NULL;

  if (ink_result_model_get_count (results) == 0)
    summary = g_strdup ("");
  else if (ink_search_is_empty (self->search))
    /* Translators: %s is a number. */
    summary = g_strdup_printf (ngettext ("%s photo", "%s photos", n), count);
  else if (n == 0)
    summary = g_strdup (_ ("No close match"));
  else
    /* Translators: photos that fit what was looked for; %s is a number. */
    summary = g_strdup_printf (ngettext ("%s match", "%s matches", n), count);
  ink_status_bar_set_summary (self->status_bar, summary);
}

static void
update (InkBrowser *self)
{
  const char *page = page_of_session (self);
  gboolean ready = ink_session_get_state (self->session) == INK_SESSION_READY &&
                   ink_session_get_folders (self->session)->len > 0;

  gboolean first = ready && !gtk_widget_get_sensitive (GTK_WIDGET (self->entry));

  gtk_stack_set_visible_child_name (self->content, page);
  gtk_widget_set_visible (self->entry_clamp, !g_str_equal (page, "welcome"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->entry), ready);
  if (first)
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_widget_set_visible (GTK_WIDGET (self->status_bar), ready);
  gtk_widget_set_visible (self->sidebar_button, ready);
  gtk_widget_set_visible (GTK_WIDGET (self->sidebar), ready);
  update_summary (self);
}

static void
session_changed_cb (InkBrowser *self)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (library) {
    ink_photo_grid_set_library (self->grid, library);
    ink_search_set_library (self->search, library);
  }
  update (self);
}

/* Photos came in or went away: the same search again, in its place. */
static void
photos_changed_cb (InkBrowser *self)
{
  ink_search_refresh (self->search);
}

/* ---- The search ---------------------------------------------------------------------------- */

static void
search_changed_cb (InkBrowser *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  ink_search_set_words (self->search, text);
  ink_suggestions_offer (INK_SUGGESTIONS (self->suggestions), self->book, text);
}

/* What the user has come to rest on is worth suggesting again. */
static void
remember (InkBrowser *self)
{
  ink_query_book_remember (self->book, ink_search_get_words (self->search));
}

static void
entry_activated_cb (InkBrowser *self)
{
  ink_search_hurry (self->search);
  remember (self);
}

static void
suggestion_taken_cb (InkBrowser *self, const char *text)
{
  ink_search_set_words (self->search, text);
  ink_search_hurry (self->search);
  remember (self);
}

static void
entry_left_cb (InkBrowser *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->suggestions));
}

/* A screen reader says how much was found; where it can't be told to, the status line, which has
 * that role, changes. */
static void
announce (InkBrowser *self)
{
#if GTK_CHECK_VERSION(4, 14, 0)
  if (!ink_search_is_empty (self->search))
    gtk_accessible_announce (GTK_ACCESSIBLE (self->entry),
                             ink_status_bar_get_summary (self->status_bar),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
#endif
}

static void
search_finished_cb (InkBrowser *self, gboolean fresh)
{
  if (fresh)
    ink_photo_grid_reset (self->grid);
  update (self);
  if (fresh)
    announce (self);
}

/* The search may have got its words from elsewhere: a chip, the sidebar. */
static void
query_changed_cb (InkBrowser *self)
{
  const char *words = ink_search_get_words (self->search);

  if (g_str_equal (words, gtk_editable_get_text (GTK_EDITABLE (self->entry))))
    return;
  /* The old text goes first, with a signal of its own. */
  g_signal_handlers_block_by_func (self->entry, search_changed_cb, self);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), words);
  g_signal_handlers_unblock_by_func (self->entry, search_changed_cb, self);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

/* Down from the entry goes to the photos. */
static gboolean
entry_key_pressed_cb (InkBrowser *self, guint key)
{
  if (ink_suggestions_handle_key (INK_SUGGESTIONS (self->suggestions), key))
    return GDK_EVENT_STOP;
  if (key != GDK_KEY_Down && key != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  remember (self);
  return gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
}

/* ---- The sidebar --------------------------------------------------------------------------- */

/* On a narrow window it lies over the photos, and only while it is asked for. */
static void
folded_cb (InkBrowser *self)
{
  gboolean wanted = g_settings_get_boolean (self->settings, "sidebar");

  gboolean narrow = adw_flap_get_folded (self->flap);

  adw_flap_set_reveal_flap (self->flap, wanted && !narrow);
  ink_status_bar_set_narrow (self->status_bar, narrow);
}

static void
flap_revealed_cb (InkBrowser *self)
{
  if (!adw_flap_get_folded (self->flap))
    g_settings_set_boolean (self->settings, "sidebar", adw_flap_get_reveal_flap (self->flap));
}

static void
sidebar_chosen_cb (InkBrowser *self)
{
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
book_message_cb (InkBrowser *self, const char *message)
{
  g_signal_emit_by_name (self->session, "message", message);
}

/* ---- Buttons of the pages ------------------------------------------------------------------ */

static void
try_again_clicked_cb (InkBrowser *self)
{
  ink_session_open (self->session);
}

static void
clear_clicked_cb (InkBrowser *self)
{
  ink_browser_clear (self);
  ink_browser_focus_entry (self);
}

static void
remove_filters_clicked_cb (InkBrowser *self)
{
  g_autoptr (InkQuery) query = ink_search_read (self->search);
  g_autoptr (GPtrArray) parts = ink_query_parts_list (query);

  for (guint i = 0; i < parts->len; i++)
    if (ink_query_part_is_filter (parts->pdata[i]))
      ink_query_part_remove (parts->pdata[i], query);
  ink_search_write (self->search, query);
  ink_browser_focus_entry (self);
}

static void
photo_activated_cb (InkBrowser *self, guint position)
{
  remember (self);
  g_signal_emit_by_name (self, "photo-activated", position);
}

static void
pictures_chosen_cb (InkBrowser *self, GFile *folder)
{
  g_signal_emit_by_name (self, "pictures-chosen", folder);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static gboolean
int_to_double (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_double (to, g_value_get_int (from));
  return TRUE;
}

static gboolean
double_to_int (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_int (to, (int)g_value_get_double (from));
  return TRUE;
}

static void
ink_browser_dispose (GObject *object)
{
  InkBrowser *self = INK_BROWSER (object);
  GtkWidget *child;

  g_clear_pointer (&self->suggestions, gtk_widget_unparent);
  if (self->entry)
    gtk_search_entry_set_key_capture_widget (self->entry, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  self->entry = NULL;
  g_clear_object (&self->search);
  g_clear_object (&self->book);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ink_browser_parent_class)->dispose (object);
}

static void
ink_browser_class_init (InkBrowserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_browser_dispose;
  g_signal_new ("photo-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UINT);
  g_signal_new ("pictures-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_FILE);

  g_type_ensure (INK_TYPE_BANNER);
  g_type_ensure (INK_TYPE_CHIP_ROW);
  g_type_ensure (INK_TYPE_PHOTO_GRID);
  g_type_ensure (INK_TYPE_SELECTION_BAR);
  g_type_ensure (INK_TYPE_SIDEBAR);
  g_type_ensure (INK_TYPE_STATUS_BAR);
  g_type_ensure (INK_TYPE_WELCOME_PAGE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/browser.ui");
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, entry_clamp);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, entry);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, chip_row);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, flap);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, sidebar);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, content);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, error_page);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, search_error_page);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, nothing_found_page);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, remove_filters);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, banner);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, grid);
  gtk_widget_class_bind_template_child (widget_class, InkBrowser, status_bar);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, flap_revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_left_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_filters_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, photo_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, pictures_chosen_cb);
}

static void
ink_browser_init (InkBrowser *self)
{
  self->search = ink_search_new ();
  self->settings = ink_environment_get_settings ();
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self));
  ink_photo_grid_set_model (self->grid, ink_search_get_results (self->search));
  g_object_bind_property_full (self->grid, "cell-size", ink_status_bar_get_zoom (self->status_bar),
                               "value", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE,
                               int_to_double, double_to_int, NULL, NULL);
  g_signal_connect_object (self->search, "finished", G_CALLBACK (search_finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "query-changed", G_CALLBACK (query_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->suggestions = ink_suggestions_new (GTK_WIDGET (self->entry));
  g_signal_connect_object (self->suggestions, "taken", G_CALLBACK (suggestion_taken_cb), self,
                           G_CONNECT_SWAPPED);
  folded_cb (self);
}

void
ink_browser_set_session (InkBrowser *self, InkSession *session)
{
  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  ink_status_bar_set_session (self->status_bar, session);
  self->book = ink_query_book_new (session);
  g_signal_connect_object (self->book, "message", G_CALLBACK (book_message_cb), self,
                           G_CONNECT_SWAPPED);
  ink_banner_connect (self->banner, session, self->search);
  ink_chip_row_connect (self->chip_row, self->search, self->book);
  ink_sidebar_connect (self->sidebar, session, self->search, self->book);
  g_signal_connect_object (session, "state-changed", G_CALLBACK (session_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "progress", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "photos-changed", G_CALLBACK (photos_changed_cb), self,
                           G_CONNECT_SWAPPED);
  session_changed_cb (self);
}

InkSearch *
ink_browser_get_search (InkBrowser *self)
{
  return self->search;
}

InkPhotoGrid *
ink_browser_get_grid (InkBrowser *self)
{
  return self->grid;
}

void
ink_browser_focus_entry (InkBrowser *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

void
ink_browser_clear (InkBrowser *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  ink_search_clear (self->search);
}

void
ink_browser_toggle_sidebar (InkBrowser *self)
{
  if (gtk_widget_get_visible (self->sidebar_button))
    adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}
