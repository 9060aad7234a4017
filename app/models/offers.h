/* offers.h: the models that can be downloaded, as data/models.json lists them. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * InkModelScores:
 * @imagenet: zero-shot top-1 on ImageNet, in per cent
 * @flickr30k: share of Flickr30k's captions whose picture is found first
 * @coco: the same of COCO's
 *
 * As a model's makers published them; 0 where they did not.
 */
typedef struct {
  double imagenet, flickr30k, coco;
} InkModelScores;

/**
 * InkModelOffer:
 * @name: for the command line
 * @title: for people
 * @repository: on the hub
 * @licence: as its makers state it
 * @recommended: the one that the program was built for
 */
typedef struct {
  char *name;
  char *title;
  char *repository;
  char *licence;
  guint image_size, dims;
  gboolean recommended;
  InkModelScores scores;
} InkModelOffer;

void ink_model_offer_free (InkModelOffer *offer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkModelOffer, ink_model_offer_free)

/* Returns: (transfer full) (element-type InkModelOffer): in the catalogue's order */
GPtrArray *ink_model_offers_load (void);

/* Returns: (transfer full): %NULL with %INK_ERROR_NO_MODEL, which lists the names there are */
InkModelOffer *ink_model_offers_find (const char *name, GError **error);

/* Returns: (transfer none) (array zero-terminated=1): the names that a file of weights may have in
 * a repository, the best first */
const char *const *ink_model_weights_names (void);

/* The offer that a model of the library was, by the name that it has there: that of the catalogue,
 * or, where a folder was added, that of the repository. Returns: (transfer none) (nullable) */
const InkModelOffer *ink_model_offers_recall (const GPtrArray *offers, const char *name);

/* Returns: (transfer none): what has to be known before a downloaded model is used for the first
 * time, translated */
const char *ink_model_offer_notice (void);

G_END_DECLS
