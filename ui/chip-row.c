/* chip-row.c: the search as chips. */
#include "config.h"

#include "chip-row.h"

#include "chip.h"
#include "query-parts.h"

struct _InkChipRow {
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkBox *chips;
  GtkSpinner *spinner;
  GtkMenuButton *weight_button;
  GtkAdjustment *weight_adjustment;
  GtkMenuButton *save_button;
  GtkPopover *save_popover;
  GtkEditable *save_name;
  GtkWidget *save;
  GtkWidget *unsave;

  InkSearch *search;
  InkQueryBook *book;
  GSimpleAction *sort;
  gboolean updating; /* the slider follows the search, not the other way round */
};

G_DEFINE_FINAL_TYPE (InkChipRow, ink_chip_row, GTK_TYPE_WIDGET)

/* ---- Chips --------------------------------------------------------------------------------- */

static void
remove_chips (InkChipRow *self)
{
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips))))
    gtk_box_remove (self->chips, chip);
}

/* The last chip stays while its row slides away. */
static void
revealed_cb (InkChipRow *self)
{
  if (!gtk_revealer_get_child_revealed (self->revealer))
    remove_chips (self);
}

static void
part_removed_cb (InkChipRow *self, InkChip *chip)
{
  g_autoptr (InkQuery) query = ink_search_read (self->search);

  ink_query_part_remove (g_object_get_data (G_OBJECT (chip), "part"), query);
  ink_search_write (self->search, query);
}

static void
picture_removed_cb (InkChipRow *self, InkChip *chip)
{
  ink_search_remove_picture (self->search, g_object_get_data (G_OBJECT (chip), "picture"));
}

static void
add_chip (InkChipRow *self, GtkWidget *chip, GCallback removed)
{
  g_signal_connect_object (chip, "removed", removed, self, G_CONNECT_SWAPPED);
  gtk_box_append (self->chips, chip);
}

/* @parts: what the text has; they go to their chips */
static void
make_chips (InkChipRow *self, GPtrArray *parts)
{
  GListModel *pictures = ink_search_get_pictures (self->search);

  remove_chips (self);
  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++) {
    g_autoptr (InkPictureQuery) picture = g_list_model_get_item (pictures, i);
    GtkWidget *chip = ink_chip_new_for_picture (picture);
    g_object_set_data_full (G_OBJECT (chip), "picture", g_object_ref (picture), g_object_unref);
    add_chip (self, chip, G_CALLBACK (picture_removed_cb));
  }
  while (parts->len > 0) {
    InkQueryPart *part = g_ptr_array_steal_index (parts, 0);
    GtkWidget *chip = ink_chip_new (ink_query_part_get_icon_name (part), part->label);
    g_object_set_data_full (G_OBJECT (chip), "part", part, (GDestroyNotify)ink_query_part_free);
    add_chip (self, chip, G_CALLBACK (part_removed_cb));
  }
}

static void
update_weight (InkChipRow *self, const InkQuery *query)
{
  gboolean pictures = query->pictures->len > 0 ||
                      g_list_model_get_n_items (ink_search_get_pictures (self->search)) > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->weight_button), pictures && query->words->len > 0);
  self->updating = TRUE;
  gtk_adjustment_set_value (self->weight_adjustment, query->weight_text);
  self->updating = FALSE;
}

static const InkSavedSearch *
find_saved (InkChipRow *self)
{
  g_autofree char *text = ink_search_to_text (self->search);

  return ink_query_book_find (self->book, text);
}

static void
update_star (InkChipRow *self)
{
  gtk_menu_button_set_icon_name (self->save_button,
                                 find_saved (self) ? "starred-symbolic" : "non-starred-symbolic");
}

static void
update (InkChipRow *self)
{
  g_autoptr (InkQuery) query = ink_search_read (self->search);
  g_autoptr (GPtrArray) parts = ink_query_parts_list (query);
  gboolean empty = ink_search_is_empty (self->search);

  gtk_revealer_set_reveal_child (self->revealer, !empty);
  if (!empty)
    make_chips (self, parts);
  update_weight (self, query);
  update_star (self);
  g_simple_action_set_state (self->sort,
                             g_variant_new_string (ink_query_sort_to_string (query->sort)));
}

/* ---- Saving -------------------------------------------------------------------------------- */

static void
save_name_changed_cb (InkChipRow *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->save_name)));

  gtk_widget_set_sensitive (self->save, name[0] != '\0');
}

/* A name to begin with: the words, else what the first chip says. */
static void
save_shown_cb (InkChipRow *self)
{
  const InkSavedSearch *saved = find_saved (self);
  g_autoptr (InkQuery) query = ink_search_read (self->search);
  g_autoptr (GPtrArray) parts = ink_query_parts_list (query);
  const char *label = parts->len > 0 ? ((InkQueryPart *)parts->pdata[0])->label : "";

  gtk_editable_set_text (self->save_name, saved ? saved->name : label);
  gtk_widget_set_visible (self->unsave, saved != NULL);
  save_name_changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->save_name));
}

static void
save_search (InkChipRow *self, const char *name)
{
  g_autoptr (InkQuery) query = ink_search_make_query (self->search);

  ink_query_book_save (self->book, name, query);
}

static void
save_clicked_cb (InkChipRow *self)
{
  const InkSavedSearch *saved = find_saved (self);
  const char *name = gtk_editable_get_text (self->save_name);

  if (!gtk_widget_get_sensitive (self->save))
    return;
  if (saved)
    ink_query_book_rename (self->book, saved->id, name);
  else
    save_search (self, name);
  gtk_popover_popdown (self->save_popover);
}

static void
unsave_clicked_cb (InkChipRow *self)
{
  const InkSavedSearch *saved = find_saved (self);

  if (saved)
    ink_query_book_remove (self->book, saved->id);
  gtk_popover_popdown (self->save_popover);
}

/* ---- Weight and order ---------------------------------------------------------------------- */

static void
weight_changed_cb (InkChipRow *self)
{
  if (self->updating)
    return;

  g_autoptr (InkQuery) query = ink_search_read (self->search);
  query->weight_text = gtk_adjustment_get_value (self->weight_adjustment);
  ink_search_write (self->search, query);
}

static void
sort_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  InkChipRow *self = data;
  g_autoptr (InkQuery) query = ink_search_read (self->search);

  if (ink_query_parse_sort (g_variant_get_string (parameter, NULL), &query->sort))
    ink_search_write (self->search, query);
}

static void
add_sort_action (InkChipRow *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  self->sort = g_simple_action_new_stateful ("sort", G_VARIANT_TYPE_STRING,
                                             g_variant_new_string ("relevance"));
  g_signal_connect_object (self->sort, "activate", G_CALLBACK (sort_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->sort));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "search", G_ACTION_GROUP (group));
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_chip_row_dispose (GObject *object)
{
  InkChipRow *self = INK_CHIP_ROW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->search);
  g_clear_object (&self->book);
  g_clear_object (&self->sort);
  G_OBJECT_CLASS (ink_chip_row_parent_class)->dispose (object);
}

static void
ink_chip_row_class_init (InkChipRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_chip_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/chip-row.ui");
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, revealer);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, chips);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, weight_button);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, weight_adjustment);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, save_button);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, save_popover);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, save_name);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, save);
  gtk_widget_class_bind_template_child (widget_class, InkChipRow, unsave);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, weight_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, unsave_clicked_cb);
  gtk_widget_class_set_css_name (widget_class, "chiprow");
}

static void
ink_chip_row_init (InkChipRow *self)
{
  add_sort_action (self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_chip_row_connect (InkChipRow *self, InkSearch *search, InkQueryBook *book)
{
  g_return_if_fail (!self->search);

  self->search = g_object_ref (search);
  self->book = g_object_ref (book);
  g_signal_connect_object (book, "saved-changed", G_CALLBACK (update_star), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (search, "query-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_object_bind_property (search, "slow", self->spinner, "spinning", G_BINDING_SYNC_CREATE);
  g_object_bind_property (search, "slow", self->spinner, "visible", G_BINDING_SYNC_CREATE);
  update (self);
}
