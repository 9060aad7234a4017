/* model-rows.c: models, and what is known of them (model-rows.h). */
#include "config.h"

#include "model-rows.h"

#include <glib/gi18n.h>

const char *
ink_model_entry_get_title (const InkModelEntry *entry)
{
  return entry->starter ? _ ("Starter model") : entry->name;
}

/* ---- Parts --------------------------------------------------------------------------------- */

/* @label: with a mnemonic; @about: what a screen reader adds to it, of several such buttons */
static GtkWidget *
make_button (const char *label, const char *about, const char *action, const char *target)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  g_auto (GStrv) parts = g_strsplit (label, "_", 2);
  g_autofree char *name = g_strdup_printf ("%s%s: %s", parts[0], parts[1] ? parts[1] : "", about);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static void
add_fact (GtkWidget *model, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (model), row);
}

static void
add_size (GtkWidget *model, guint image_size, guint dims, guint64 bytes)
{
  /* Translators: the side of the square that a model sees, and the length of what it makes of it.
   */
  g_autofree char *sight = g_strdup_printf (_ ("Sees %u × %u pixels, remembers %u numbers a photo"),
                                            image_size, image_size, dims);
  g_autofree char *room = bytes > 0 ? g_format_size (bytes) : NULL;
  /* Translators: the line above, and a size such as "718 MB". */
  g_autofree char *both =
      room ? g_strdup_printf (_ ("%s; takes %s on the disk"), sight, room) : NULL;

  add_fact (model, _ ("Size"), both ? both : sight);
}

/* What the makers measured, as far as they said. */
static void
add_scores (GtkWidget *model, const InkModelScores *scores)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (scores->imagenet > 0)
    /* Translators: a published figure of a model, in per cent. */
    g_string_append_printf (text, _ ("%.1f %% of ImageNet’s pictures told right, without training"),
                            scores->imagenet);
  if (scores->flickr30k > 0)
    /* Translators: another one. The two characters at the beginning are a separator. */
    g_string_append_printf (text,
                            _ ("; %.1f %% of Flickr30k’s pictures found first by their caption"),
                            100 * scores->flickr30k);
  if (scores->coco > 0)
    /* Translators: another one. The two characters at the beginning are a separator. */
    g_string_append_printf (text, _ ("; %.1f %% of COCO’s"), 100 * scores->coco);
  if (text->len > 0)
    add_fact (model, _ ("Published Scores"), text->str);
}

/* ---- Models that are here ------------------------------------------------------------------ */

/* A button for each text that comes with the model. */
static void
add_texts (GtkWidget *row, const InkModelEntry *entry)
{
  /* Translators: opens what the makers of a model say of it. */
  const char *const texts[][2] = {{"README.md", N_ ("_Description")},
                                  {"NOTICE.md", N_ ("_Notices")}};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *path = g_build_filename (entry->path, texts[i][0], NULL);
    g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
    if (uri && g_file_test (path, G_FILE_TEST_IS_REGULAR))
      adw_action_row_add_suffix (
          ADW_ACTION_ROW (row),
          make_button (_ (texts[i][1]), ink_model_entry_get_title (entry), "model.read", uri));
  }
}

static void
add_actions (GtkWidget *model, const InkModelEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();

  add_texts (row, entry);
  if (!entry->starter)
    adw_action_row_add_suffix (
        ADW_ACTION_ROW (row), make_button (_ ("_Check"), entry->name, "model.verify", entry->name));
  if (!entry->starter && !entry->active)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button (_ ("_Remove"), entry->name,
                                                                  "model.remove", entry->name));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (model), row);
}

static const char *
describe_state (const InkModelEntry *entry)
{
  if (g_str_equal (entry->state, "missing"))
    return _ ("Its folder is not there any more: add it again, or remove it");
  if (g_str_equal (entry->state, "invalid"))
    return _ ("Its files have changed: remove it and add it again");
  if (entry->active)
    return _ ("In use");
  return entry->starter ? _ ("Comes with Inkling") : _ ("Added by you");
}

static const char *
describe_abilities (const InkModelEntry *entry)
{
  return entry->starter
             ? _ ("English words for animals, vehicles, food, household objects, instruments and "
                  "the "
                  "like. It does not see people, colours, numbers, moods or whole scenes. On 700 "
                  "test photos its mean average precision over 63 queries is 0.805.")
             : _ ("English descriptions of anything that its makers trained it on. How well, its "
                  "own "
                  "description says.");
}

GtkWidget *
ink_model_row_new (const InkModelEntry *entry)
{
  GtkWidget *row = adw_expander_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ink_model_entry_get_title (entry));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), describe_state (entry));
  if (entry->active)
    adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row),
                                 gtk_image_new_from_icon_name ("object-select-symbolic"));
  else if (g_str_equal (entry->state, "ready"))
    adw_expander_row_add_action (
        ADW_EXPANDER_ROW (row),
        make_button (_ ("_Use"), ink_model_entry_get_title (entry), "model.use", entry->name));
  add_fact (row, _ ("What it can do"), describe_abilities (entry));
  add_scores (row, &entry->scores);
  add_size (row, entry->image_size, entry->dims, entry->bytes);
  add_fact (row, _ ("Licence"), entry->licence ? entry->licence : _ ("It does not say"));
  if (!entry->starter)
    add_fact (row, _ ("Notice"), ink_library_get_model_notice ());
  add_actions (row, entry);
  return row;
}

/* ---- Models that can be had ---------------------------------------------------------------- */

static void
add_ways (GtkWidget *model, const InkModelOffer *offer, guint64 downloaded)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *page = ink_models_get_page (offer);

  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      /* Translators: opens what the makers of a model say of it, in the browser. */
      make_button (_ ("_Web Page"), offer->title, "model.read", page));
  if (downloaded > 0)
    adw_action_row_add_suffix (
        ADW_ACTION_ROW (row),
        /* Translators: throws away what has been downloaded. */
        make_button (_ ("Dis_card"), offer->title, "model.discard", offer->name));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (model), row);
}

static char *
describe_offer (const InkModelOffer *offer, guint64 downloaded)
{
  g_autofree char *size = g_format_size (downloaded);

  if (downloaded > 0)
    /* Translators: %s is a size, such as "120 MB". */
    return g_strdup_printf (_ ("%s of it are downloaded"), size);
  return g_strdup (offer->recommended ? _ ("Recommended: Inkling was built for it") : "");
}

GtkWidget *
ink_offer_row_new (const InkModelOffer *offer, guint64 downloaded)
{
  GtkWidget *row = adw_expander_row_new ();
  g_autofree char *subtitle = describe_offer (offer, downloaded);
  g_autofree char *files = ink_models_explain_import (offer);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), offer->title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), subtitle);
  if (ink_library_can_download ())
    adw_expander_row_add_action (ADW_EXPANDER_ROW (row),
                                 make_button (downloaded > 0 ? _ ("C_ontinue…") : _ ("_Download…"),
                                              offer->title, "model.download", offer->name));
  add_scores (row, &offer->scores);
  add_size (row, offer->image_size, offer->dims, 0);
  add_fact (row, _ ("Licence"), offer->licence);
  add_fact (row, _ ("Without a Network"), files);
  add_ways (row, offer, downloaded);
  return row;
}
