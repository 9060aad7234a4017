/* results.h: what a search found. */
#pragma once

#include "search/query.h"

G_BEGIN_DECLS

typedef enum {
  INK_SCORE_NONE,   /* a listing */
  INK_SCORE_COSINE, /* one modality */
  INK_SCORE_MIXED,  /* words and pictures, standardised and weighted */
} InkScoreKind;

/**
 * InkHit:
 * @photo: id in the library
 * @content: another number where the file's contents are others
 * @path: absolute, in the file system's encoding
 * @score: see InkResults.score_kind
 * @strong: whether it is a strong match; a group is what its first member is
 * @taken: (nullable): YYYY-MM-DDTHH:MM:SS[±HH:MM]
 * @type: (nullable): format by content
 * @width: in pixels after orientation
 * @height: likewise
 * @colour: mean colour, 0xRRGGBB
 * @duplicates: (nullable) (element-type InkHit): the other members of its group, in the order that
 *     they would have had ungrouped; %NULL where there are none, and in those members themselves
 */
typedef struct {
  gint64 photo;
  guint64 content;
  char *path;
  double score;
  gboolean strong;
  char *taken;
  char *type;
  guint width, height;
  guint32 colour;
  GPtrArray *duplicates;
} InkHit;

typedef struct {
  GPtrArray *hits; /* (element-type InkHit): strong ones first */
  guint strong;    /* how many of them are strong */
  guint searched;  /* photos that passed the filters */
  InkScoreKind score_kind;
  char *notice; /* (nullable): something that the user should know, translated */
} InkResults;

InkResults *ink_results_new (InkScoreKind score_kind);
void ink_hit_free (InkHit *hit);

/* @duplicate: (transfer full): another member of the group of @hit */
void ink_hit_add_duplicate (InkHit *hit, InkHit *duplicate);
void ink_results_free (InkResults *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkResults, ink_results_free)

/**
 * InkPlaces:
 * @columns: places from left to right
 * @rows: places from top to bottom
 * @covers: the part of the picture, after orientation, that they share out evenly among themselves
 * @scores: for each of the descriptions columns × rows numbers, row by row, from 0 (nothing of it
 *     there) to 1 (the picture's best place, if it is enough for a strong match)
 *
 * Where in a picture descriptions match.
 */
typedef struct {
  guint columns, rows;
  InkRegion covers;
  float *scores;
} InkPlaces;

void ink_places_free (InkPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkPlaces, ink_places_free)

G_END_DECLS
