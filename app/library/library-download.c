/* library-download.c: the models that can be downloaded, and one of them into the library. */
#include "library/library-private.h"

#include "models/download.h"
#include "models/offers.h"

void
ink_model_offer_entry_free (InkModelOfferEntry *entry)
{
  g_free (entry->name);
  g_free (entry->title);
  g_free (entry->licence);
  g_free (entry);
}

GPtrArray *
ink_library_get_model_offers (void)
{
  g_autoptr (GPtrArray) offers = ink_model_offers_load ();
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_model_offer_entry_free);

  for (guint i = 0; i < offers->len; i++) {
    const InkModelOffer *offer = offers->pdata[i];
    InkModelOfferEntry *entry = g_new0 (InkModelOfferEntry, 1);

    entry->name = g_strdup (offer->name);
    entry->title = g_strdup (offer->title);
    entry->licence = g_strdup (offer->licence);
    entry->image_size = offer->image_size;
    entry->dims = offer->dims;
    entry->imagenet = offer->scores.imagenet;
    entry->recommended = offer->recommended;
    g_ptr_array_add (entries, entry);
  }
  return entries;
}

const char *
ink_library_get_model_notice (void)
{
  return ink_model_offer_notice ();
}

typedef struct {
  InkModelDownloadFunc func;
  gpointer data;
} Report;

static void
pass_on (const InkDownloadProgress *progress, gpointer data)
{
  const Report *report = data;

  if (report->func)
    report->func (progress->done, progress->total, report->data);
}

char *
ink_library_download_model (InkLibrary *library, const char *offer, InkModelDownloadFunc func,
                            gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);
  Report report = {func, data};

  return writer ? ink_models_download (writer, offer, pass_on, &report, cancellable, error) : NULL;
}
