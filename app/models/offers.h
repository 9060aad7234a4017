/* offers.h: the models that can be downloaded, as data/models.json lists them. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * InkModelOffer:
 * @name: for the command line
 * @title: for people
 * @repository: on the hub
 * @scores: 0 where none was published: ImageNet zero-shot top-1 in per cent, and recall@1 of
 *     pictures found by captions on Flickr30k and COCO
 */
typedef struct {
  char *name;
  char *title;
  char *repository;
  char *licence;
  guint image_size, dims;
  gboolean recommended;
  struct {
    double imagenet, flickr30k, coco;
  } scores;
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

/* Returns: (transfer none): what has to be known before a downloaded model is used for the first
 * time, translated */
const char *ink_model_offer_notice (void);

G_END_DECLS
