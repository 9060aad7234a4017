/* hands.c: what a user does with a window, and sees of it. */
#include "hands.h"

#include <string.h>

const Accessible *
hands_find (GPtrArray *objects, const char *role, const char *name)
{
  for (guint i = 0; i < objects->len; i++) {
    const Accessible *object = g_ptr_array_index (objects, i);
    if (strstr (object->name, name) && (!role || strstr (object->role, role)))
      return object;
  }
  return NULL;
}

static gboolean
is_seen (GPtrArray *objects, gconstpointer name)
{
  return hands_find (objects, NULL, name) != NULL;
}

/* Something else is seen: an empty list is a window that does not answer. */
static gboolean
is_gone (GPtrArray *objects, gconstpointer name)
{
  return objects->len > 0 && !is_seen (objects, name);
}

void
hands_see (Desktop *desktop, const char *name)
{
  desktop_wait (desktop, name, is_seen, name);
}

void
hands_see_no_more (Desktop *desktop, const char *name)
{
  g_autofree char *what = g_strdup_printf ("%s gone", name);

  desktop_wait (desktop, what, is_gone, name);
}

void
hands_press (Desktop *desktop, const char *key)
{
  desktop_do (desktop, "key", key, NULL);
  desktop_pause (200);
}

void
hands_click (Desktop *desktop, const char *role, const char *name)
{
  hands_see (desktop, name);
  g_autoptr (GPtrArray) objects = desktop_look (desktop);
  const Accessible *object = hands_find (objects, role, name);
  g_assert_nonnull (object);
  g_autofree char *x = g_strdup_printf ("%d", object->x + object->width / 2);
  g_autofree char *y = g_strdup_printf ("%d", object->y + object->height / 2);
  desktop_do (desktop, "mousemove", x, y, "click", "1", NULL);
  desktop_pause (300);
}
