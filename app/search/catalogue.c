/* catalogue.c: loading the catalogue from the store. */
#include "search/catalogue.h"

#include <string.h>

typedef struct {
  InkCatalogue *catalogue;
  GHashTable *folders; /* id → index in catalogue->folders, plus 1 */
} Loader;

static guint32
take_folder (Loader *loader, const InkPhoto *photo)
{
  GPtrArray *folders = loader->catalogue->folders;
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (loader->folders, &photo->folder));

  if (index == 0) {
    g_ptr_array_add (folders, g_strdup (photo->folder_path));
    index = folders->len;
    g_hash_table_insert (loader->folders, g_memdup2 (&photo->folder, sizeof photo->folder),
                         GUINT_TO_POINTER (index));
  }
  return index - 1;
}

static gboolean
add_photo (const InkPhoto *photo, gpointer data)
{
  Loader *loader = data;
  InkCatalogue *catalogue = loader->catalogue;
  InkCatalogueEntry entry = {
      .id = photo->id,
      .clock = photo->clock,
      .phash = photo->phash,
      .width = photo->width,
      .height = photo->height,
      .colour = photo->colour,
      .folder = take_folder (loader, photo),
      .path = g_string_chunk_insert (catalogue->strings, photo->path),
      .type = g_intern_string (photo->type),
      .taken = photo->taken ? g_string_chunk_insert (catalogue->strings, photo->taken) : NULL,
  };

  if (photo->content_key)
    memcpy (entry.content_key, photo->content_key, sizeof entry.content_key);
  g_array_append_val (catalogue->entries, entry);
  return TRUE;
}

InkCatalogue *
ink_catalogue_load (InkStore *store, GError **error)
{
  g_autoptr (InkCatalogue) catalogue = g_atomic_rc_box_new0 (InkCatalogue);
  g_autoptr (GHashTable) folders =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Loader loader = {catalogue, folders};

  catalogue->entries = g_array_new (FALSE, FALSE, sizeof (InkCatalogueEntry));
  catalogue->folders = g_ptr_array_new_with_free_func (g_free);
  catalogue->strings = g_string_chunk_new (64 * 1024);
  if (!ink_store_for_each_photo (store, INK_PHOTO_OK, 0, add_photo, &loader, error))
    return NULL;
  return g_steal_pointer (&catalogue);
}

InkCatalogue *
ink_catalogue_ref (InkCatalogue *catalogue)
{
  return g_atomic_rc_box_acquire (catalogue);
}

static void
clear (gpointer data)
{
  InkCatalogue *catalogue = data;

  g_array_unref (catalogue->entries);
  g_ptr_array_unref (catalogue->folders);
  g_string_chunk_free (catalogue->strings);
}

void
ink_catalogue_unref (InkCatalogue *catalogue)
{
  g_atomic_rc_box_release_full (catalogue, clear);
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  const InkCatalogueEntry *left = a, *right = b;

  return left->id < right->id ? -1 : left->id > right->id;
}

const InkCatalogueEntry *
ink_catalogue_find (const InkCatalogue *catalogue, gint64 id)
{
  const InkCatalogueEntry key = {.id = id};
  guint at;

  if (!g_array_binary_search (catalogue->entries, &key, compare_ids, &at))
    return NULL;
  return &g_array_index (catalogue->entries, InkCatalogueEntry, at);
}

char *
ink_catalogue_get_path (const InkCatalogue *catalogue, const InkCatalogueEntry *entry)
{
  return g_build_filename (catalogue->folders->pdata[entry->folder], entry->path, NULL);
}
