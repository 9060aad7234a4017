/* bench-decode.h: how fast the pictures of a folder are decoded as for indexing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _InkDecodeBench InkDecodeBench;

/* @square: side of the model's square */
InkDecodeBench *ink_decode_bench_new (const char *folder, guint square, GError **error);
void ink_decode_bench_free (InkDecodeBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkDecodeBench, ink_decode_bench_free)

/* How many pictures a run decodes. */
guint ink_decode_bench_count (const InkDecodeBench *bench);

/* Decodes each picture once, with a helper for each processor. @bench: an InkDecodeBench */
gboolean ink_decode_bench_run (gpointer bench, GError **error);

G_END_DECLS
