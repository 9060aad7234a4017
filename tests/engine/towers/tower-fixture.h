/* tower-fixture.h: a model folder opened down to its towers, and their comparison with golden
 * results. */
#pragma once

#include <json-glib/json-glib.h>

#include "towers/tower.h"

G_BEGIN_DECLS

typedef struct {
  ClipConfig config;
  ClipWeights *weights;
  ClipPool *pool;
  ClipMemoryList *memories;
  ClipPrecision precision; /* of the towers opened from now on: f32 at first */
} TowerFixture;

/* The folder must be a good model: anything else ends the program. */
TowerFixture *tower_fixture_new (const char *folder, guint threads);

/* A case of tests/data/golden/cases.json, in float32, or "starter" for the starter model. The open
 * mapping outlives the folder, so a large model is gone from the disk before anything can fail. */
TowerFixture *tower_fixture_new_named (const char *name, guint threads);
void tower_fixture_free (TowerFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TowerFixture, tower_fixture_free)

/* The image tower of the configuration's family. */
ClipImageTower *tower_fixture_image (TowerFixture *fixture, guint size, GError **error);
ClipTextTower *tower_fixture_text (TowerFixture *fixture, GError **error);
void image_tower_free (ClipImageTower *tower);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipImageTower, image_tower_free)

/* Whole runs: one picture or text, an embedding of embed_dim floats as the tower gives it. */
gboolean encode_pixels (TowerFixture *fixture, ClipImageTower *tower, const ClipCall *call,
                        const float *pixels, float *embedding, GError **error);
gboolean encode_ids (TowerFixture *fixture, ClipTextTower *tower, const ClipCall *call,
                     const guint32 *ids, gsize n_ids, float *embedding, GError **error);

/* Encodes the golden picture of @expected (its "size", pixels by @seed) and compares stages, norm
 * and embedding; at less than f32 the embedding only. */
void check_golden_image (TowerFixture *fixture, JsonObject *expected, guint64 seed);

/* Encodes the ids of @expected and compares the embedding. */
void check_golden_text (TowerFixture *fixture, JsonObject *expected);

G_END_DECLS
