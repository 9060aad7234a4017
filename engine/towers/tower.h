/* tower.h: what every tower offers the model. */
#pragma once

#include "clip.h"
#include "compute/gemm.h"
#include "files/model-config.h"
#include "files/weights.h"

G_BEGIN_DECLS

typedef struct _ClipImageTower ClipImageTower;
typedef struct _ClipTextTower ClipTextTower;

/* Told what came out of each stage (rows × channels, NHWC), for comparison with golden results. */
typedef void (*ClipProbe) (gpointer data, const char *stage, const float *x, gsize rows,
                           gsize channels);

/* A picture as a tower takes it: height × width × 3 floats, NHWC, normalised. */
typedef struct {
  const float *values;
  gsize width, height;
} ClipPixels;

struct _ClipImageTower {
  /* @pixels: of size × size, or, where there is encode_places, of any width and height that are
   * multiples of CLIP_PLACE_SIDE; @embedding: dims floats, not normalised. Several threads may
   * encode at once, each with a run of its own. The memory that the tower takes from the run is
   * left to the caller to reset. */
  gboolean (*encode) (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels,
                      float *embedding, GError **error);
  /* Nullable: for towers that end in a mean over the places of a feature map. The head is applied
   * at each place instead: @embeddings has a row of dims floats for every CLIP_PLACE_SIDE ×
   * CLIP_PLACE_SIDE pixels, which @width and @height are multiples of. */
  gboolean (*encode_places) (ClipImageTower *tower, const ClipRun *run, const ClipPixels *pixels,
                             float *embeddings, GError **error);
  /* Tells @visit of each layer, always in the same order. */
  void (*visit) (ClipImageTower *tower, ClipLinearVisit visit, gpointer data);
  void (*free) (ClipImageTower *tower);
  guint size;      /* side of the square it was opened for */
  guint64 macs;    /* for one picture */
  ClipProbe probe; /* nullable: set by tests */
  gpointer probe_data;
};

/* Each validates every tensor that it will use. @size is checked by the tower. @precision is that
 * of the large products; which of them keep a higher one is up to the tower. */
ClipImageTower *clip_convnext_new (const ClipConfig *config, ClipWeights *weights, guint size,
                                   ClipPrecision precision, GError **error);
ClipImageTower *clip_vit_new (const ClipConfig *config, ClipWeights *weights, guint size,
                              ClipPrecision precision, GError **error);
ClipImageTower *clip_efficientnet_new (const ClipConfig *config, ClipWeights *weights, guint size,
                                       ClipPrecision precision, GError **error);

ClipTextTower *clip_text_tower_new (const ClipConfig *config, ClipWeights *weights,
                                    ClipPrecision precision, GError **error);
void clip_text_tower_visit (ClipTextTower *tower, ClipLinearVisit visit, gpointer data);
void clip_text_tower_free (ClipTextTower *tower);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipTextTower, clip_text_tower_free)

/* The ids of a text's tokens. */
typedef struct {
  const guint32 *ids;
  gsize n_ids;
} ClipTokens;

/* Encodes each of @n texts up to and with its end of text, all at once; @embeddings: [n][dims],
 * not normalised. An embedding depends on the other texts only as far as
 * clip_linear_rows_are_apart() says. */
gboolean clip_text_tower_encode (ClipTextTower *tower, const ClipRun *run, const ClipTokens *texts,
                                 gsize n, float *embeddings, GError **error);
guint64 clip_text_tower_get_macs (const ClipTextTower *tower, gsize n_ids);

G_END_DECLS
