/* catalogue.h: what a search has to know of each photo, in memory: what filters ask for, what
 * results show, what near-duplicates are told by. */
#pragma once

#include "store/photos.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id;
  gint64 clock; /* when it was taken, else changed: as InkPhoto.clock */
  guint64 phash;
  guint32 width, height;
  guint32 colour;
  guint32 folder;                           /* index in the catalogue's folders */
  const char *path;                         /* relative to the folder */
  const char *type;                         /* nullable */
  const char *taken;                        /* nullable */
  guint8 content_key[INK_CONTENT_KEY_SIZE]; /* all zero where there is none */
} InkCatalogueEntry;

/**
 * InkCatalogue:
 * @entries: (element-type InkCatalogueEntry): the readable photos by ascending id
 * @folders: (element-type filename): absolute paths
 *
 * Does not change once it is loaded.
 */
typedef struct {
  GArray *entries;
  GPtrArray *folders;
  GStringChunk *strings;
} InkCatalogue;

/* Returns: (transfer full): all readable photos of a library */
InkCatalogue *ink_catalogue_load (InkStore *store, GError **error);
InkCatalogue *ink_catalogue_ref (InkCatalogue *catalogue);
void ink_catalogue_unref (InkCatalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkCatalogue, ink_catalogue_unref)

/* Returns: (nullable): the photo of that id */
const InkCatalogueEntry *ink_catalogue_find (const InkCatalogue *catalogue, gint64 id);

/* Returns: (transfer full): absolute */
char *ink_catalogue_get_path (const InkCatalogue *catalogue, const InkCatalogueEntry *entry);

G_END_DECLS
