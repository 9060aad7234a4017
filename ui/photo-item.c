/* photo-item.c: one photo of the results. */
#include "photo-item.h"

struct _InkPhotoItem {
  GObject parent_instance;

  gint64 id;
  guint64 content;
  GFile *file;
  char *name;
  char *taken;
  guint width, height;
  guint32 colour;
  gboolean strong;
};

G_DEFINE_FINAL_TYPE (InkPhotoItem, ink_photo_item, G_TYPE_OBJECT)

static void
ink_photo_item_finalize (GObject *object)
{
  InkPhotoItem *self = INK_PHOTO_ITEM (object);

  g_clear_object (&self->file);
  g_free (self->name);
  g_free (self->taken);
  G_OBJECT_CLASS (ink_photo_item_parent_class)->finalize (object);
}

static void
ink_photo_item_class_init (InkPhotoItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ink_photo_item_finalize;
}

static void
ink_photo_item_init (InkPhotoItem *self)
{
}

InkPhotoItem *
ink_photo_item_new (const InkHit *hit, gboolean strong)
{
  InkPhotoItem *self = g_object_new (INK_TYPE_PHOTO_ITEM, NULL);

  self->id = hit->photo;
  self->content = hit->content;
  self->file = g_file_new_for_path (hit->path);
  self->name = g_filename_display_basename (hit->path);
  self->taken = g_strdup (hit->taken);
  self->width = hit->width;
  self->height = hit->height;
  self->colour = hit->colour;
  self->strong = strong;
  return self;
}

gint64
ink_photo_item_get_id (InkPhotoItem *self)
{
  return self->id;
}

guint64
ink_photo_item_get_content (InkPhotoItem *self)
{
  return self->content;
}

const char *
ink_photo_item_get_path (InkPhotoItem *self)
{
  return g_file_peek_path (self->file);
}

GFile *
ink_photo_item_get_file (InkPhotoItem *self)
{
  return self->file;
}

const char *
ink_photo_item_get_name (InkPhotoItem *self)
{
  return self->name;
}

const char *
ink_photo_item_get_taken (InkPhotoItem *self)
{
  return self->taken;
}

void
ink_photo_item_get_size (InkPhotoItem *self, guint *width, guint *height)
{
  *width = self->width;
  *height = self->height;
}

guint32
ink_photo_item_get_colour (InkPhotoItem *self)
{
  return self->colour;
}

gboolean
ink_photo_item_is_strong (InkPhotoItem *self)
{
  return self->strong;
}
