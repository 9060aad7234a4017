/* where-bar.c: the words of a search over a photo. */
#include "config.h"

#include "where-bar.h"

#include "where-overlay.h"

#include <glib/gi18n.h>
#include <string.h>

/* More buttons are no help. */
#define MOST_WORDS 7

/* Who goes on to the next photo does not look for anything in this one. */
#define DELAY_MS 200

struct _InkWhereBar {
  GtkWidget parent_instance;

  GtkBox *buttons;
  GtkLabel *message;

  InkLibrary *library;
  GPtrArray *words; /* utf8: one for each button */
  guint chosen;
  InkPhotoItem *photo;
  InkPlaces *places; /* of the words in the photo; NULL until they are found */
  GdkTexture *overlay;
  GCancellable *looking;
  guint delay; /* source id */
};

G_DEFINE_FINAL_TYPE (InkWhereBar, ink_where_bar, GTK_TYPE_WIDGET)

/* ---- Words --------------------------------------------------------------------------------- */

/* English words that no place in a picture can match. */
static gboolean
is_small_word (const char *word)
{
  static const char *const small[] = {
      "a",   "an",   "the",  "of",  "on", "in", "at",  "by",  "to",  "as",    "is",   "or",  "my",
      "and", "with", "from", "for", "no", "it", "its", "his", "her", "their", "into", "near"};

  for (guint i = 0; i < G_N_ELEMENTS (small); i++)
    if (g_ascii_strcasecmp (word, small[i]) == 0)
      return TRUE;
  return word[0] == '\0';
}

static void
add_word (GPtrArray *words, const char *word)
{
  if (words->len < MOST_WORDS && !g_ptr_array_find_with_equal_func (words, word, g_str_equal, NULL))
    g_ptr_array_add (words, g_strdup (word));
}

static void
add_words_of (GPtrArray *words, const char *description)
{
  g_auto (GStrv) parts = g_strsplit_set (description, " ,;.", -1);

  add_word (words, description);
  for (guint i = 0; parts[i]; i++)
    if (!is_small_word (parts[i]))
      add_word (words, parts[i]);
}

/* ---- The overlay --------------------------------------------------------------------------- */

static void
say (InkWhereBar *self, const char *message)
{
  gtk_label_set_label (self->message, message);
  gtk_widget_set_visible (GTK_WIDGET (self->message), message[0] != '\0');
}

static void
update_overlay (InkWhereBar *self)
{
  guint width, height;

  g_clear_object (&self->overlay);
  if (self->places && self->chosen < self->words->len) {
    ink_photo_item_get_size (self->photo, &width, &height);
    self->overlay =
        ink_where_overlay_new (self->places, self->chosen, MAX (width, 1), MAX (height, 1));
    gboolean matches = ink_where_overlay_matches (self->places, self->chosen);
    say (self, matches ? "" : _ ("Nowhere in this photo"));
  }
  g_signal_emit_by_name (self, "overlay-changed");
}

static void
toggled_cb (InkWhereBar *self, GtkToggleButton *button)
{
  guint index = 0;

  if (!gtk_toggle_button_get_active (button))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->buttons));
       child && child != GTK_WIDGET (button); child = gtk_widget_get_next_sibling (child))
    index++;
  self->chosen = index;
  update_overlay (self);
}

static void
make_buttons (InkWhereBar *self)
{
  GtkToggleButton *first = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->buttons))))
    gtk_box_remove (self->buttons, child);
  for (guint i = 0; i < self->words->len; i++) {
    GtkWidget *button = gtk_toggle_button_new ();
    GtkWidget *label = gtk_label_new (g_ptr_array_index (self->words, i));
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
    gtk_button_set_child (GTK_BUTTON (button), label);
    gtk_widget_set_focus_on_click (button, FALSE);
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), first);
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), i == self->chosen);
    if (!first)
      first = GTK_TOGGLE_BUTTON (button);
    g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
    gtk_box_append (self->buttons, button);
  }
}

/* ---- Looking ------------------------------------------------------------------------------- */

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkWhereBar) self = data;
  g_autoptr (GError) error = NULL;
  InkPlaces *places = ink_library_locate_finish (INK_LIBRARY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!places) {
    say (self, error->message);
    return;
  }
  self->places = places;
  update_overlay (self);
}

static gboolean
look_cb (gpointer data)
{
  InkWhereBar *self = data;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  self->delay = 0;
  for (guint i = 0; i < self->words->len; i++)
    g_strv_builder_add (words, g_ptr_array_index (self->words, i));
  g_auto (GStrv) list = g_strv_builder_end (words);
  self->looking = g_cancellable_new ();
  ink_library_locate_async (self->library, ink_photo_item_get_file (self->photo),
                            (const char *const *)list, self->looking, found_cb,
                            g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
forget (InkWhereBar *self)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_pointer (&self->places, ink_places_free);
  g_clear_object (&self->photo);
  update_overlay (self);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_where_bar_dispose (GObject *object)
{
  InkWhereBar *self = INK_WHERE_BAR (object);
  GtkWidget *child;

  g_clear_handle_id (&self->delay, g_source_remove);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_pointer (&self->places, ink_places_free);
  g_clear_object (&self->photo);
  g_clear_object (&self->overlay);
  g_clear_object (&self->library);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ink_where_bar_parent_class)->dispose (object);
}

static void
ink_where_bar_class_init (InkWhereBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_where_bar_dispose;
  g_signal_new ("overlay-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wherebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/where-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, InkWhereBar, buttons);
  gtk_widget_class_bind_template_child (widget_class, InkWhereBar, message);
}

static void
ink_where_bar_init (InkWhereBar *self)
{
  self->words = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_where_bar_set_library (InkWhereBar *self, InkLibrary *library)
{
  g_set_object (&self->library, library);
}

gboolean
ink_where_bar_set_words (InkWhereBar *self, GPtrArray *words)
{
  g_ptr_array_set_size (self->words, 0);
  for (guint i = 0; i < words->len; i++)
    add_words_of (self->words, g_ptr_array_index (words, i));
  self->chosen = 0;
  forget (self);
  make_buttons (self);
  return self->words->len > 0;
}

void
ink_where_bar_set_photo (InkWhereBar *self, InkPhotoItem *photo)
{
  if (photo && self->photo && ink_photo_item_get_id (photo) == ink_photo_item_get_id (self->photo))
    return;
  forget (self);
  if (!photo || !self->library || self->words->len == 0)
    return;
  self->photo = g_object_ref (photo);
  say (self, _ ("Looking…"));
  self->delay = g_timeout_add (DELAY_MS, look_cb, self);
}

GdkTexture *
ink_where_bar_get_overlay (InkWhereBar *self)
{
  return self->overlay;
}

void
ink_where_bar_choose_next (InkWhereBar *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->buttons));

  if (self->words->len == 0)
    return;
  for (guint i = (self->chosen + 1) % self->words->len; i > 0; i--)
    child = gtk_widget_get_next_sibling (child);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), TRUE);
}
