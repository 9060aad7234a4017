/* library-download.c: the models that can be downloaded, and one of them into the library. */
#include "library/library-private.h"

#include "models/fetch.h"

GPtrArray *
ink_library_get_model_offers (void)
{
  return ink_model_offers_load ();
}

const char *
ink_library_get_model_notice (void)
{
  return ink_model_offer_notice ();
}

gboolean
ink_library_can_download (void)
{
  return ink_fetcher_is_available ();
}

gboolean
ink_library_plan_download (InkLibrary *library, const char *offer, InkDownloadPlan *plan,
                           GCancellable *cancellable, GError **error)
{
  return ink_models_plan_download (library->directory, offer, plan, cancellable, error);
}

guint64
ink_library_get_downloaded (InkLibrary *library, const char *offer)
{
  return ink_models_get_downloaded (library->directory, offer);
}

void
ink_library_discard_download (InkLibrary *library, const char *offer)
{
  ink_models_discard_download (library->directory, offer);
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
