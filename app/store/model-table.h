/* model-table.h: the models that the library knows. What is done with them is in models/. */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/**
 * InkModelRow:
 * @name: unique; "starter" is the one that ships with the program
 * @weights: base name of the file that the weights are read from
 * @sha256: of what the embeddings depend on (models/model-files.h), 64 hexadecimal digits
 * @stamp: what the files' metadata said when @sha256 was taken (models/model-files.h)
 * @bytes: how large those files are together
 * @dims: length of an embedding
 * @image_size: the configuration's
 * @licence: (nullable)
 * @added: YYYY-MM-DDTHH:MM:SS±HH:MM
 */
typedef struct {
  char *name;
  char *weights;
  char *sha256;
  char *stamp;
  guint64 bytes;
  guint dims;
  guint image_size;
  char *licence;
  char *added;
} InkModelRow;

void ink_model_row_free (InkModelRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkModelRow, ink_model_row_free)

/* Returns: (transfer full) (element-type InkModelRow): by name */
GPtrArray *ink_store_get_models (InkStore *store, GError **error);

/* Returns: (transfer full) (nullable): %NULL also where there is none; @error tells */
InkModelRow *ink_store_get_model (InkStore *store, const char *name, GError **error);

/* Inserts or replaces the row of that name. */
gboolean ink_store_put_model (InkStore *store, const InkModelRow *row, GError **error);
gboolean ink_store_remove_model (InkStore *store, const char *name, GError **error);

G_END_DECLS
