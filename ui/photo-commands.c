/* photo-commands.c: what is done with the chosen photos. */
#include "config.h"

#include "photo-commands.h"

#include "photo-actions.h"
#include "wastebasket.h"

#include <glib/gi18n.h>

/* More photos than this go to no other program at once. */
#define MOST_PHOTOS 1000

struct _InkPhotoCommands {
  GObject parent_instance;

  /* Not owned: the window, which owns this, and its parts. */
  GtkWidget *window;
  InkBrowser *browser;
  InkViewer *viewer;
  AdwToastOverlay *toasts;
  GAction *trash; /* of the window's group */

  InkSession *session;
  InkWastebasket *wastebasket;
  gboolean closing;
};

G_DEFINE_FINAL_TYPE (InkPhotoCommands, ink_photo_commands, G_TYPE_OBJECT)

enum { OPEN_WANTED, CLOSE_WANTED, MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
say (InkPhotoCommands *self, const char *message)
{
  g_signal_emit (self, signals[MESSAGE], 0, message);
}

/* The photo in the viewer, or those selected in the grid, the first @most of them.
 * Returns: (transfer full) */
static GPtrArray *
chosen_photos (InkPhotoCommands *self, guint most)
{
  GPtrArray *photos = g_ptr_array_new_with_free_func (g_object_unref);
  InkResultModel *results = ink_search_get_results (ink_browser_get_search (self->browser));
  InkPhotoItem *viewed = ink_viewer_get_photo (self->viewer);
  GtkBitsetIter iter;
  guint position;

  if (viewed) {
    g_ptr_array_add (photos, g_object_ref (viewed));
    return photos;
  }
  g_autoptr (GtkBitset) positions =
      ink_photo_grid_get_selection (ink_browser_get_grid (self->browser));
  for (gboolean more = gtk_bitset_iter_init_first (&iter, positions, &position);
       more && photos->len < most; more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (photos, ink_result_model_get_photo (results, position));
  return photos;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkPhotoCommands) self = data;
  g_autoptr (GError) error = NULL;

  if (!ink_photo_actions_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
}

static void
open_photo (InkPhotoCommands *self, GPtrArray *photos)
{
  g_autoptr (GtkBitset) positions =
      ink_photo_grid_get_selection (ink_browser_get_grid (self->browser));

  g_signal_emit (self, signals[OPEN_WANTED], 0, gtk_bitset_get_minimum (positions));
}

static void
find_similar (InkPhotoCommands *self, GPtrArray *photos)
{
  g_signal_emit (self, signals[CLOSE_WANTED], 0);
  ink_search_find_similar (ink_browser_get_search (self->browser), g_ptr_array_index (photos, 0));
}

static void
launch (InkPhotoCommands *self, GPtrArray *photos)
{
  ink_photo_actions_launch_async (self->window, g_ptr_array_index (photos, 0), done_cb,
                                  g_object_ref (self));
}

static void
show_in_files (InkPhotoCommands *self, GPtrArray *photos)
{
  ink_photo_actions_show_in_files_async (self->window, photos, done_cb, g_object_ref (self));
}

static void
copy_path (InkPhotoCommands *self, GPtrArray *photos)
{
  g_autofree char *message = NULL;

  ink_photo_actions_copy_paths (self->window, ink_session_get_folders (self->session), photos);
  message = g_strdup_printf (ngettext ("Path copied", "%u paths copied", photos->len), photos->len);
  say (self, message);
}

static void
open_with (InkPhotoCommands *self, GPtrArray *photos)
{
  ink_photo_actions_open_with_async (self->window, photos, done_cb, g_object_ref (self));
}

static void
show_properties (InkPhotoCommands *self, GPtrArray *photos)
{
  ink_photo_actions_show_properties_async (self->window, photos, done_cb, g_object_ref (self));
}

static void
copy_picture (InkPhotoCommands *self, GPtrArray *photos)
{
  g_autofree char *message = NULL;

  ink_photo_actions_copy (self->window, ink_session_get_library (self->session), photos);
  message =
      g_strdup_printf (ngettext ("Picture copied", "%u pictures copied", photos->len), photos->len);
  say (self, message);
}

/* ---- The wastebasket ----------------------------------------------------------------------- */

static guint
batch_of (AdwToast *toast)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (toast), "batch"));
}

static void
undo_clicked_cb (InkPhotoCommands *self, AdwToast *toast)
{
  ink_wastebasket_undo (self->wastebasket, batch_of (toast));
}

static void
trash_toast_dismissed_cb (InkPhotoCommands *self, AdwToast *toast)
{
  ink_wastebasket_let_go (self->wastebasket, batch_of (toast));
}

/* Where the chosen photos are. Returns: (transfer full) */
static GtkBitset *
chosen_positions (InkPhotoCommands *self)
{
  InkResultModel *results = ink_search_get_results (ink_browser_get_search (self->browser));
  InkPhotoItem *viewed = ink_viewer_get_photo (self->viewer);

  if (!viewed)
    return ink_photo_grid_get_selection (ink_browser_get_grid (self->browser));
  guint position = ink_result_model_find (results, ink_photo_item_get_id (viewed), 0);
  return position == G_MAXUINT ? gtk_bitset_new_empty () : gtk_bitset_new_range (position, 1);
}

/* Whether one of the photos is all that is seen of a group, whose others stay. */
static gboolean
leave_others_behind (InkPhotoCommands *self)
{
  InkResultModel *results = ink_search_get_results (ink_browser_get_search (self->browser));
  g_autoptr (GtkBitset) positions = chosen_positions (self);
  GtkBitsetIter iter;
  guint position, head;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, positions, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    if (ink_result_model_get_group (results, position, &head) > 0 &&
        !ink_result_model_is_group_open (results, head))
      return TRUE;
  return FALSE;
}

static char *
describe_trashed (InkPhotoCommands *self, GPtrArray *photos)
{
  if (leave_others_behind (self))
    /* Translators: a photo that stood for a group of near-duplicates was moved to the wastebasket;
     * %u is always more than one. */
    return g_strdup_printf (ngettext ("Moved to the wastebasket; the others of its group stay",
                                      "%u photos moved to the wastebasket; others of their groups "
                                      "stay",
                                      photos->len),
                            photos->len);
  return g_strdup_printf (
      ngettext ("Moved to the wastebasket", "%u photos moved to the wastebasket", photos->len),
      photos->len);
}

/* The photos are only hidden until the message with its button goes away. Of a closed group it is
 * the one that is seen: nothing goes that was not looked at. */
static void
trash (InkPhotoCommands *self, GPtrArray *photos)
{
  g_autofree char *title = describe_trashed (self, photos);
  AdwToast *toast = adw_toast_new (title);

  if (ink_viewer_get_photo (self->viewer))
    ink_viewer_leave_photo (self->viewer);
  g_object_set_data (G_OBJECT (toast), "batch",
                     GUINT_TO_POINTER (ink_wastebasket_hold (self->wastebasket, photos)));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH); /* before those of earlier ones */
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (trash_toast_dismissed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
hidden_changed_cb (InkPhotoCommands *self)
{
  if (!self->closing)
    ink_search_set_hidden (ink_browser_get_search (self->browser),
                           ink_wastebasket_get_hidden (self->wastebasket));
}

static void
emptied_cb (InkPhotoCommands *self)
{
  if (!self->closing)
    ink_session_index (self->session, FALSE);
}

/* ---- The actions --------------------------------------------------------------------------- */

/* How many of the chosen photos a command is for. */
typedef enum { THE_FIRST, A_FEW, ALL } Reach;

static const struct {
  const char *name;
  void (*run) (InkPhotoCommands *self, GPtrArray *photos);
  Reach reach;
} commands[] = {
    {"open", open_photo, THE_FIRST},
    {"find-similar", find_similar, THE_FIRST},
    {"launch", launch, THE_FIRST},
    {"open-with", open_with, A_FEW},
    {"show-in-files", show_in_files, A_FEW},
    {"properties", show_properties, A_FEW},
    {"copy-picture", copy_picture, A_FEW},
    {"copy-path", copy_path, ALL},
    {"trash", trash, ALL},
};

/* Nothing is done by halves: too many photos for another program are said to be too many. */
static void
run_command (InkPhotoCommands *self, guint i)
{
  const guint most[] = {[THE_FIRST] = 1, [A_FEW] = MOST_PHOTOS + 1, [ALL] = G_MAXUINT};
  g_autoptr (GPtrArray) photos = chosen_photos (self, most[commands[i].reach]);

  if (commands[i].reach == A_FEW && photos->len > MOST_PHOTOS) {
    g_autofree char *message = g_strdup_printf (
        ngettext ("No more than %u photo at a time can be given to other programs",
                  "No more than %u photos at a time can be given to other programs", MOST_PHOTOS),
        MOST_PHOTOS);
    say (self, message);
  } else if (photos->len > 0) {
    commands[i].run (self, photos);
  }
}

static void
activated_cb (InkPhotoCommands *self, GVariant *parameter, GAction *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, g_action_get_name (action)))
      run_command (self, i);
}

static gboolean
has_read_only_folder (const GPtrArray *folders)
{
  for (guint i = 0; i < folders->len; i++)
    if (((const InkFolder *)folders->pdata[i])->read_only)
      return TRUE;
  return FALSE;
}

/* Where nothing can be written nothing can be moved away: then it is not offered. */
static void
update_trash (InkPhotoCommands *self)
{
  const GPtrArray *folders = ink_session_get_folders (self->session);
  g_autoptr (GPtrArray) photos =
      chosen_photos (self, has_read_only_folder (folders) ? G_MAXUINT : 0);
  gboolean can = TRUE;

  for (guint i = 0; i < photos->len; i++) {
    const InkFolder *folder =
        ink_folders_find (folders, ink_photo_item_get_path (photos->pdata[i]));
    can &= !folder || !folder->read_only;
  }
  g_simple_action_set_enabled (G_SIMPLE_ACTION (self->trash), can);
}

static void
ink_photo_commands_dispose (GObject *object)
{
  InkPhotoCommands *self = INK_PHOTO_COMMANDS (object);

  g_clear_object (&self->session);
  g_clear_object (&self->wastebasket);
  G_OBJECT_CLASS (ink_photo_commands_parent_class)->dispose (object);
}

static void
ink_photo_commands_class_init (InkPhotoCommandsClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_photo_commands_dispose;
  signals[OPEN_WANTED] = g_signal_new ("open-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CLOSE_WANTED] =
      g_signal_new ("close-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ink_photo_commands_init (InkPhotoCommands *self)
{
  self->wastebasket = ink_wastebasket_new ();
  g_signal_connect_object (self->wastebasket, "hidden-changed", G_CALLBACK (hidden_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->wastebasket, "emptied", G_CALLBACK (emptied_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->wastebasket, "failed", G_CALLBACK (say), self, G_CONNECT_SWAPPED);
}

InkPhotoCommands *
ink_photo_commands_new (GtkWidget *window, InkSession *session, InkBrowser *browser,
                        InkViewer *viewer, AdwToastOverlay *toasts)
{
  InkPhotoCommands *self = g_object_new (INK_TYPE_PHOTO_COMMANDS, NULL);
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  self->window = window;
  self->session = g_object_ref (session);
  self->browser = browser;
  self->viewer = viewer;
  self->toasts = toasts;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autoptr (GSimpleAction) action = g_simple_action_new (commands[i].name, NULL);
    g_signal_connect_object (action, "activate", G_CALLBACK (activated_cb), self,
                             G_CONNECT_SWAPPED);
    g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  }
  self->trash = g_action_map_lookup_action (G_ACTION_MAP (group), "trash");
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (update_trash), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ink_browser_get_grid (browser), "selection-changed",
                           G_CALLBACK (update_trash), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (viewer, "photo-changed", G_CALLBACK (update_trash), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_insert_action_group (window, "photo", G_ACTION_GROUP (group));
  return self;
}

void
ink_photo_commands_close (InkPhotoCommands *self)
{
  self->closing = TRUE;
  ink_wastebasket_let_all_go (self->wastebasket);
}
