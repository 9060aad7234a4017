/* query.c: making, copying and freeing what a person looks for. */
#include "search/query.h"

#define DEFAULT_LIMIT 50

static void
picture_free (InkQueryPicture *picture)
{
  g_clear_object (&picture->file);
  g_clear_pointer (&picture->bytes, g_bytes_unref);
  g_free (picture);
}

static InkQueryPicture *
picture_copy (const InkQueryPicture *picture)
{
  InkQueryPicture *copy = g_new0 (InkQueryPicture, 1);

  *copy = *picture;
  if (copy->file)
    g_object_ref (copy->file);
  if (copy->bytes)
    g_bytes_ref (copy->bytes);
  return copy;
}

static void
copy_strings (GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_strdup (from->pdata[i]));
}

InkQuery *
ink_query_new (void)
{
  InkQuery *query = g_new0 (InkQuery, 1);

  query->words = g_ptr_array_new_with_free_func (g_free);
  query->negatives = g_ptr_array_new_with_free_func (g_free);
  query->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)picture_free);
  query->weight_text = INK_WEIGHT_TEXT;
  query->group = TRUE;
  query->limit = DEFAULT_LIMIT;
  return query;
}

InkQuery *
ink_query_copy (const InkQuery *query)
{
  InkQuery *copy = ink_query_new ();

  copy_strings (copy->words, query->words);
  copy_strings (copy->negatives, query->negatives);
  for (guint i = 0; i < query->pictures->len; i++)
    g_ptr_array_add (copy->pictures, picture_copy (query->pictures->pdata[i]));
  copy->weight_text = query->weight_text;
  copy->folder = g_strdup (query->folder);
  copy->after = g_strdup (query->after);
  copy->before = g_strdup (query->before);
  copy->type = g_strdup (query->type);
  copy->name = g_strdup (query->name);
  copy->orientation = query->orientation;
  copy->size = g_strdup (query->size);
  copy->sort = query->sort;
  copy->weak = query->weak;
  copy->group = query->group;
  copy->limit = query->limit;
  g_set_object (&copy->exclude, query->exclude);
  return copy;
}

void
ink_query_free (InkQuery *query)
{
  if (!query)
    return;
  g_ptr_array_unref (query->words);
  g_ptr_array_unref (query->negatives);
  g_ptr_array_unref (query->pictures);
  g_free (query->folder);
  g_free (query->after);
  g_free (query->before);
  g_free (query->type);
  g_free (query->name);
  g_free (query->size);
  g_clear_object (&query->exclude);
  g_free (query);
}

void
ink_query_add_file (InkQuery *query, GFile *file, const InkRegion *region)
{
  InkQueryPicture *picture = g_new0 (InkQueryPicture, 1);

  picture->file = g_object_ref (file);
  if (region) {
    picture->has_region = TRUE;
    picture->region = *region;
  }
  g_ptr_array_add (query->pictures, picture);
}

void
ink_query_add_bytes (InkQuery *query, GBytes *bytes)
{
  InkQueryPicture *picture = g_new0 (InkQueryPicture, 1);

  picture->bytes = g_bytes_ref (bytes);
  g_ptr_array_add (query->pictures, picture);
}

gboolean
ink_query_is_listing (const InkQuery *query)
{
  return query->words->len == 0 && query->negatives->len == 0 && query->pictures->len == 0;
}
