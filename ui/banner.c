/* banner.c: a line above the photos that tells of a lasting trouble. */
#include "config.h"

#include "banner.h"

#include <glib/gi18n.h>

#define RESPONSE_ACT 1

/* Below this indexing may soon have to stop. */
#define LITTLE_ROOM ((guint64)512 << 20)

/* What the banner says, and what its button does. */
typedef struct {
  char *text;
  const char *button; /* with a mnemonic, translated */
  void (*act) (InkBanner *self);
  gboolean can_close; /* no more than information: it does not come again for the same text */
} Trouble;

struct _InkBanner {
  GtkWidget parent_instance;

  GtkInfoBar *bar;
  GtkLabel *label;
  GtkButton *button;

  InkSession *session;
  InkSearch *search;
  void (*act) (InkBanner *self);
  char *closed; /* nullable: the text that the user has read and closed */
};

G_DEFINE_FINAL_TYPE (InkBanner, ink_banner, GTK_TYPE_WIDGET)

/* ---- What the button does ------------------------------------------------------------------ */

static void
reopen (InkBanner *self)
{
  ink_session_open (self->session);
}

static void
look_again (InkBanner *self)
{
  ink_session_index (self->session, FALSE);
}

static void
choose_model (InkBanner *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.models", NULL);
}

static void
pause_indexing (InkBanner *self)
{
  ink_session_set_paused (self->session, TRUE);
}

/* The same words, looked for in the names of files. */
static void
search_names (InkBanner *self)
{
  g_autoptr (InkQuery) query = ink_search_read (self->search);

  if (query->words->len == 0)
    return;
  g_free (query->name);
  query->name = g_strdup (query->words->pdata[0]);
  g_ptr_array_set_size (query->words, 0);
  ink_search_write (self->search, query);
}

/* ---- What there is to say ------------------------------------------------------------------ */

static gboolean
find_index_trouble (InkBanner *self, Trouble *trouble)
{
  const GError *error = ink_session_get_index_error (self->session);
  guint64 room = ink_session_get_room (self->session);

  if (error) {
    gboolean full = g_error_matches (error, INK_ERROR, INK_ERROR_DISK_FULL);
    *trouble = (Trouble){g_strdup (error->message), full ? _ ("_Try Again") : _ ("_Models…"),
                         full ? look_again : choose_model, FALSE};
    return TRUE;
  }
  if (room < LITTLE_ROOM && ink_session_is_indexing (self->session) &&
      ink_session_get_progress (self->session)->state != INK_INDEX_PAUSED) {
    g_autofree char *size = g_format_size (room);
    *trouble = (Trouble){
        /* Translators: %s is such as "120 MB". */
        g_strdup_printf (_ ("Only %s are left on the disk. Indexing may soon have to stop."), size),
        _ ("_Pause"), pause_indexing, FALSE};
    return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full) (nullable): the name of the first folder that is not there */
static char *
find_offline (InkBanner *self, guint *n)
{
  GPtrArray *folders = ink_session_get_folders (self->session);
  char *name = NULL;

  *n = 0;
  for (guint i = 0; i < folders->len; i++) {
    const InkFolder *folder = folders->pdata[i];
    if (!folder->offline)
      continue;
    if (!name)
      name = g_filename_display_basename (folder->path);
    (*n)++;
  }
  return name;
}

static gboolean
find_offline_trouble (InkBanner *self, Trouble *trouble)
{
  guint n;
  g_autofree char *name = find_offline (self, &n);

  if (!name)
    return FALSE;
  char *text = n == 1
                   /* Translators: %s is the name of a folder. */
                   ? g_strdup_printf (_ ("“%s” is not connected. Its photos are still found, but "
                                         "can’t be opened."),
                                      name)
                   : g_strdup_printf (ngettext ("%u folder is not connected. Its photos are still "
                                                "found, but can’t be opened.",
                                                "%u folders are not connected. Their photos are "
                                                "still found, but can’t be opened.",
                                                n),
                                      n);
  *trouble = (Trouble){text, _ ("_Look Again"), look_again, TRUE};
  return TRUE;
}

/* The gravest first. */
static gboolean
find_trouble (InkBanner *self, Trouble *trouble)
{
  const GError *locked = ink_session_get_read_only_error (self->session);
  const char *notice = ink_search_get_notice (self->search);

  if (ink_session_get_state (self->session) != INK_SESSION_READY)
    return FALSE;
  if (locked) {
    *trouble = (Trouble){g_strdup (locked->message), _ ("_Try Again"), reopen, FALSE};
    return TRUE;
  }
  if (find_index_trouble (self, trouble))
    return TRUE;
  if (notice) {
    g_autoptr (InkQuery) query = ink_search_read (self->search);
    gboolean foreign = query->words->len > 0 && ink_query_is_foreign (query->words->pdata[0]);
    *trouble = (Trouble){g_strdup (notice), foreign ? _ ("Search File _Names") : NULL, search_names,
                         FALSE};
    return TRUE;
  }
  return find_offline_trouble (self, trouble);
}

static void
update (InkBanner *self)
{
  Trouble trouble = {0};
  gboolean found = find_trouble (self, &trouble);

  if (found && trouble.can_close && g_strcmp0 (trouble.text, self->closed) == 0)
    found = FALSE;
  gtk_info_bar_set_revealed (self->bar, found);
  if (!found) { /* the text stays while it slides away */
    gtk_widget_set_visible (GTK_WIDGET (self->button), FALSE);
  } else {
    gtk_label_set_label (self->label, trouble.text);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    trouble.text, -1);
    gtk_widget_set_visible (GTK_WIDGET (self->button), trouble.button != NULL);
    if (trouble.button)
      gtk_button_set_label (self->button, trouble.button);
    gtk_info_bar_set_show_close_button (self->bar, trouble.can_close);
    gtk_info_bar_set_message_type (self->bar,
                                   trouble.can_close ? GTK_MESSAGE_INFO : GTK_MESSAGE_WARNING);
    self->act = trouble.act;
  }
  g_free (trouble.text);
}

static void
response_cb (InkBanner *self, int response)
{
  if (response == RESPONSE_ACT) {
    self->act (self);
    return;
  }
  g_free (self->closed);
  self->closed = g_strdup (gtk_label_get_label (self->label));
  update (self);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_banner_dispose (GObject *object)
{
  InkBanner *self = INK_BANNER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  g_clear_object (&self->search);
  G_OBJECT_CLASS (ink_banner_parent_class)->dispose (object);
}

static void
ink_banner_finalize (GObject *object)
{
  g_free (INK_BANNER (object)->closed);
  G_OBJECT_CLASS (ink_banner_parent_class)->finalize (object);
}

static void
ink_banner_class_init (InkBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_banner_dispose;
  G_OBJECT_CLASS (klass)->finalize = ink_banner_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/banner.ui");
  gtk_widget_class_bind_template_child (widget_class, InkBanner, bar);
  gtk_widget_class_bind_template_child (widget_class, InkBanner, label);
  gtk_widget_class_bind_template_child (widget_class, InkBanner, button);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
ink_banner_init (InkBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_banner_connect (InkBanner *self, InkSession *session, InkSearch *search)
{
  const char *const events[] = {"state-changed", "folders-changed", "progress"};

  g_return_if_fail (!self->session);
  self->session = g_object_ref (session);
  self->search = g_object_ref (search);
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    g_signal_connect_object (session, events[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (search, "finished", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
