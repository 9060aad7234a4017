/* photo.c: one photo of the results. */
#include "photo.h"

struct _InkPhoto {
  GObject parent_instance;

  gint64 id;
  GFile *file;
  char *name;
  char *taken;
  guint width, height;
  guint32 colour;
  gboolean strong;
};

G_DEFINE_FINAL_TYPE (InkPhoto, ink_photo, G_TYPE_OBJECT)

static void
ink_photo_finalize (GObject *object)
{
  InkPhoto *self = INK_PHOTO (object);

  g_clear_object (&self->file);
  g_free (self->name);
  g_free (self->taken);
  G_OBJECT_CLASS (ink_photo_parent_class)->finalize (object);
}

static void
ink_photo_class_init (InkPhotoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ink_photo_finalize;
}

static void
ink_photo_init (InkPhoto *self)
{
}

InkPhoto *
ink_photo_new (const InkHit *hit, gboolean strong)
{
  InkPhoto *self = g_object_new (INK_TYPE_PHOTO, NULL);

  self->id = hit->photo;
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
ink_photo_get_id (InkPhoto *self)
{
  return self->id;
}

const char *
ink_photo_get_path (InkPhoto *self)
{
  return g_file_peek_path (self->file);
}

GFile *
ink_photo_get_file (InkPhoto *self)
{
  return self->file;
}

const char *
ink_photo_get_name (InkPhoto *self)
{
  return self->name;
}

const char *
ink_photo_get_taken (InkPhoto *self)
{
  return self->taken;
}

void
ink_photo_get_size (InkPhoto *self, guint *width, guint *height)
{
  *width = self->width;
  *height = self->height;
}

guint32
ink_photo_get_colour (InkPhoto *self)
{
  return self->colour;
}

gboolean
ink_photo_is_strong (InkPhoto *self)
{
  return self->strong;
}
