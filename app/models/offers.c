/* offers.c: reads the catalogue of models (offers.h), which is part of the program. */
#include "config.h"

#include "models/offers.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "models/models-resources.h"

#define CATALOGUE "/io/github/inkling_app/Inkling/models/models.json"

void
ink_model_offer_free (InkModelOffer *offer)
{
  g_free (offer->name);
  g_free (offer->title);
  g_free (offer->repository);
  g_free (offer->licence);
  g_free (offer);
}

static InkModelOffer *
read_offer (JsonObject *object)
{
  InkModelOffer *offer = g_new0 (InkModelOffer, 1);
  JsonObject *scores = json_object_get_object_member (object, "scores");

  offer->name = g_strdup (json_object_get_string_member (object, "name"));
  offer->title = g_strdup (json_object_get_string_member (object, "title"));
  offer->repository = g_strdup (json_object_get_string_member (object, "repository"));
  offer->licence = g_strdup (json_object_get_string_member (object, "licence"));
  offer->image_size = (guint)json_object_get_int_member (object, "image_size");
  offer->dims = (guint)json_object_get_int_member (object, "dims");
  offer->recommended = json_object_get_boolean_member_with_default (object, "recommended", FALSE);
  offer->scores.imagenet = json_object_get_double_member_with_default (scores, "imagenet_top1", 0);
  offer->scores.flickr30k =
      json_object_get_double_member_with_default (scores, "flickr30k_recall1", 0);
  offer->scores.coco = json_object_get_double_member_with_default (scores, "coco_recall1", 0);
  return offer;
}

GPtrArray *
ink_model_offers_load (void)
{
  GPtrArray *offers = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_model_offer_free);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resource_lookup_data (ink_models_get_resource (), CATALOGUE,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  gsize size = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  /* It was built in: a fault in it is one of the program, which the tests see. */
  if (text == NULL || !json_parser_load_from_data (parser, text, (gssize)size, &error))
    g_error ("The catalogue of models: %s", error->message);
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  JsonArray *models = json_object_get_array_member (root, "models");
  for (guint i = 0; i < json_array_get_length (models); i++)
    g_ptr_array_add (offers, read_offer (json_array_get_object_element (models, i)));
  return offers;
}

InkModelOffer *
ink_model_offers_find (const char *name, GError **error)
{
  g_autoptr (GPtrArray) offers = ink_model_offers_load ();
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < offers->len; i++) {
    const InkModelOffer *offer = offers->pdata[i];
    if (g_str_equal (offer->name, name))
      return g_ptr_array_steal_index (offers, i);
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", offer->name);
  }
  g_set_error (error, INK_ERROR, INK_ERROR_NO_MODEL,
               _ ("There is no model “%s” to download; there are %s"), name, names->str);
  return NULL;
}

const InkModelOffer *
ink_model_offers_recall (const GPtrArray *offers, const char *name)
{
  for (guint i = 0; i < offers->len; i++) {
    const InkModelOffer *offer = offers->pdata[i];
    const char *repository = strrchr (offer->repository, '/') + 1;
    if (g_str_equal (offer->name, name) || g_str_equal (repository, name))
      return offer;
  }
  return NULL;
}

const char *const *
ink_model_weights_names (void)
{
  static const char *const names[] = {"open_clip_model.safetensors",
                                      "open_clip_pytorch_model.safetensors",
                                      "open_clip_pytorch_model.bin", NULL};
  return names;
}

const char *
ink_model_offer_notice (void)
{
  return _ (
      "This model was trained on pictures and captions from the web. Its makers publish it for "
      "research: they advise against uses that nobody tested it for, and rule out "
      "surveillance and the recognition of faces. It understands English only. What it finds "
      "can be wrong, and can show the prejudices of the web.");
}
