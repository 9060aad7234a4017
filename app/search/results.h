/* results.h: what a search found. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  INK_SCORE_NONE,   /* a listing */
  INK_SCORE_COSINE, /* one modality */
  INK_SCORE_MIXED,  /* words and pictures, standardised and weighted */
} InkScoreKind;

typedef struct {
  gint64 photo; /* id in the library */
  char *path;   /* absolute, in the file system's encoding */
  double score;
  gboolean strong;
  char *taken; /* nullable: YYYY-MM-DDTHH:MM:SS[±HH:MM] */
  char *type;
  guint width, height;
  guint32 colour;        /* mean colour, 0xRRGGBB */
  GPtrArray *duplicates; /* (element-type filename): other members of its group */
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
void ink_results_free (InkResults *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkResults, ink_results_free)

G_END_DECLS
