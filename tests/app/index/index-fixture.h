/* index-fixture.h: a real folder, a store and an indexer with the starter model. */
#pragma once

#include "app/store/store-fixture.h"
#include "index/indexer.h"
#include "store/photos.h"

G_BEGIN_DECLS

extern ClipModel *index_model; /* opened once for all tests */

typedef struct {
  Fixture base;
  InkStore *store;
  gint64 folder, space;
  InkDecoder *decoder;
  InkIndexer *indexer;
  InkIndexProgress progress; /* how the last run ended */
  gboolean broken;           /* the store lacks a table */
} Index;

typedef struct {
  const char *path;
  void (*function) (Index *index, gconstpointer unused);
} IndexTest;

/* A whole test program: each test with an Index of its own. */
int index_run_tests (int argc, char **argv, const IndexTest *tests, gsize n);

/* Runs the indexer over the folder; index_run() must succeed. */
gboolean index_run_with (Index *index, gboolean retry, InkIndexFunc func, gpointer data,
                         GCancellable *cancellable, GError **error);
void index_run (Index *index);

/* Counts of the last run, in the order of the command line's report. */
void index_expect (const Index *index, guint found, guint indexed, guint unchanged, guint moved,
                   guint removed, guint failed);

/* Files of the folder, by their names in it. A picture is another one for each @seed. */
char *index_path (const Index *index, const char *name);
void index_put_picture (const Index *index, const char *name, guint seed);
void index_put_pictures (const Index *index, guint n);
void index_rename (const Index *index, const char *from, const char *to);

/* What is stored for a file. Returns: (transfer full) (nullable) */
InkPhoto *index_find (const Index *index, const char *name);
float *index_get_embedding (const Index *index, const char *name);

void index_assert_equal_embeddings (const float *a, const float *b);

G_END_DECLS
