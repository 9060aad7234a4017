/* photo-information.c: what is known of a photo. */
#include "config.h"

#include "photo-information.h"

#include "camera-format.h"
#include "text-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _InkPhotoInformation {
  GtkWidget parent_instance;

  AdwActionRow *name_row;
  AdwActionRow *folder_row;
  AdwActionRow *taken_row;
  AdwActionRow *measures_row;
  AdwActionRow *bytes_row;
  AdwActionRow *type_row;
  GtkWidget *camera_group;
  AdwActionRow *camera_row;
  AdwActionRow *lens_row;
  AdwActionRow *exposure_row;
  AdwActionRow *place_row;
  AdwActionRow *altitude_row;

  InkPhotoItem *photo;
  GPtrArray *folders; /* nullable */
  GCancellable *asking;
};

G_DEFINE_FINAL_TYPE (InkPhotoInformation, ink_photo_information, GTK_TYPE_WIDGET)

static void
set_row (AdwActionRow *row, const char *text)
{
  /* Translators: stands for something that is not known of a photo. */
  adw_action_row_set_subtitle (row, text ? text : _ ("Unknown"));
}

/* A row that is only there where it has something to say. Returns: whether it has */
static gboolean
set_or_hide_row (AdwActionRow *row, const char *text)
{
  adw_action_row_set_subtitle (row, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (row), text != NULL);
  return text != NULL;
}

static void
set_measures (InkPhotoInformation *self, guint width, guint height)
{
  g_autofree char *measures = NULL;

  if (width > 0)
    /* Translators: width and height of a photo in pixels. */
    measures = g_strdup_printf (_ ("%u × %u pixels"), width, height);
  set_row (self->measures_row, measures);
}

static void
info_queried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkPhotoInformation) self = data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (!self->photo || ink_photo_item_get_file (self->photo) != G_FILE (source))
    return;
  g_autofree char *bytes = info ? g_format_size ((guint64)g_file_info_get_size (info)) : NULL;
  set_row (self->bytes_row, bytes);
}

static void
ink_photo_information_dispose (GObject *object)
{
  InkPhotoInformation *self = INK_PHOTO_INFORMATION (object);
  GtkWidget *child;

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->photo);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  G_OBJECT_CLASS (ink_photo_information_parent_class)->dispose (object);
}

static void
ink_photo_information_class_init (InkPhotoInformationClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_photo_information_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/inkling_app/Inkling/ui/photo-information.ui");
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, name_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, folder_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, taken_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, measures_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, bytes_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, type_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, camera_group);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, camera_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, lens_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, exposure_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, place_row);
  gtk_widget_class_bind_template_child (widget_class, InkPhotoInformation, altitude_row);
}

static void
ink_photo_information_init (InkPhotoInformation *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_photo_information_set_folders (InkPhotoInformation *self, GPtrArray *folders)
{
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  self->folders = g_ptr_array_ref (folders);
}

void
ink_photo_information_set_photo (InkPhotoInformation *self, InkPhotoItem *photo)
{
  guint width, height;

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_set_object (&self->photo, photo);
  if (!photo)
    return;

  GFile *file = ink_photo_item_get_file (photo);
  g_autofree char *folder = g_path_get_dirname (ink_photo_item_get_path (photo));
  g_autofree char *folder_name = ink_folders_describe_path (self->folders, folder);
  g_autofree char *taken = ink_format_taken (ink_photo_item_get_taken (photo));
  ink_photo_item_get_size (photo, &width, &height);
  set_row (self->name_row, ink_photo_item_get_name (photo));
  set_row (self->folder_row, folder_name);
  set_row (self->taken_row, taken);
  set_measures (self, width, height);
  adw_action_row_set_subtitle (self->bytes_row, "…");
  gtk_widget_set_visible (GTK_WIDGET (self->type_row), FALSE);
  gtk_widget_set_visible (self->camera_group, FALSE);

  self->asking = g_cancellable_new ();
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->asking, info_queried_cb, g_object_ref (self));
}

void
ink_photo_information_set_facts (InkPhotoInformation *self, const InkView *facts)
{
  const InkCamera *camera = &facts->camera;
  g_autofree char *type = g_ascii_strup (facts->type, -1);
  g_autofree char *taken = ink_format_taken (facts->taken);
  g_autofree char *name = ink_format_camera (camera);
  g_autofree char *exposure = ink_format_exposure (camera);
  g_autofree char *place = ink_format_place (camera);
  g_autofree char *altitude = ink_format_altitude (camera);
  gboolean known = FALSE;

  set_or_hide_row (self->type_row, type);
  set_measures (self, facts->width, facts->height);
  if (taken)
    set_row (self->taken_row, taken);
  known |= set_or_hide_row (self->camera_row, name);
  known |= set_or_hide_row (self->lens_row, camera->lens);
  known |= set_or_hide_row (self->exposure_row, exposure);
  known |= set_or_hide_row (self->place_row, place);
  known |= set_or_hide_row (self->altitude_row, altitude);
  gtk_widget_set_visible (self->camera_group, known);
}
