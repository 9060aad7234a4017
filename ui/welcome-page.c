/* welcome-page.c: the first thing a person sees. */
#include "config.h"

#include "welcome-page.h"

#include <adwaita.h>

struct _InkWelcomePage {
  GtkWidget parent_instance;

  GtkButton *pictures_button;
  GtkButton *choose_button;

  GFile *pictures; /* nullable: the user's Pictures folder */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (InkWelcomePage, ink_welcome_page, GTK_TYPE_WIDGET)

static void
pictures_clicked_cb (InkWelcomePage *self)
{
  g_signal_emit_by_name (self, "pictures-chosen", self->pictures);
}

/* Return starts it. */
static void
focus_suggested (InkWelcomePage *self)
{
  gboolean pictures = gtk_widget_get_visible (GTK_WIDGET (self->pictures_button));

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (pictures ? self->pictures_button : self->choose_button));
}

/* The one button that is there is the suggested one. */
static void
offer_pictures (InkWelcomePage *self, gboolean offered)
{
  gtk_widget_set_visible (GTK_WIDGET (self->pictures_button), offered);
  focus_suggested (self);
  if (offered)
    gtk_widget_remove_css_class (GTK_WIDGET (self->choose_button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->choose_button), "suggested-action");
}

static void
pictures_queried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  offer_pictures (data, info && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY);
}

static void
ink_welcome_page_dispose (GObject *object)
{
  InkWelcomePage *self = INK_WELCOME_PAGE (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->pictures);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ink_welcome_page_parent_class)->dispose (object);
}

static void
ink_welcome_page_class_init (InkWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_welcome_page_dispose;
  g_signal_new ("pictures-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 1, G_TYPE_FILE);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, InkWelcomePage, pictures_button);
  gtk_widget_class_bind_template_child (widget_class, InkWelcomePage, choose_button);
  gtk_widget_class_bind_template_callback (widget_class, pictures_clicked_cb);
}

static void
ink_welcome_page_init (InkWelcomePage *self)
{
  const char *path = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  g_type_ensure (ADW_TYPE_STATUS_PAGE);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (focus_suggested), NULL);

  /* Where it is not set up, it is the home folder: too much to add with one click. */
  if (!path || g_str_equal (path, g_get_home_dir ())) {
    offer_pictures (self, FALSE);
    return;
  }
  self->pictures = g_file_new_for_path (path);
  self->cancellable = g_cancellable_new ();
  g_file_query_info_async (self->pictures, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->cancellable, pictures_queried_cb, self);
}
