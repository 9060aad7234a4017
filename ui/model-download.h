/* model-download.h: the download of a model, one at a time. It belongs to the session, and so goes
 * on when the preferences are closed.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

typedef enum {
  INK_DOWNLOAD_NONE,
  INK_DOWNLOAD_ASKING, /* how large it is */
  INK_DOWNLOAD_ASKED,  /* it waits for ink_model_download_start() */
  INK_DOWNLOAD_RUNNING,
  INK_DOWNLOAD_PAUSED,
  INK_DOWNLOAD_FAILED, /* what has come is kept, and the next start goes on from it */
} InkDownloadState;

#define INK_TYPE_MODEL_DOWNLOAD (ink_model_download_get_type ())
G_DECLARE_FINAL_TYPE (InkModelDownload, ink_model_download, INK, MODEL_DOWNLOAD, GObject)

/* Signals:
 *   "changed"           state or progress
 *   "finished" (char *) the model was added, under this name */

InkModelDownload *ink_model_download_new (void);

InkDownloadState ink_model_download_get_state (InkModelDownload *download);

/* Returns: (transfer none): what is being downloaded; %NULL for nothing */
const InkModelOffer *ink_model_download_get_offer (InkModelDownload *download);

/* From %INK_DOWNLOAD_ASKED on; "here" is what has come so far. */
const InkDownloadPlan *ink_model_download_get_plan (InkModelDownload *download);

/* Returns: (transfer none) (nullable): why it failed */
const GError *ink_model_download_get_error (InkModelDownload *download);

/* Asks how large a model is; nothing is downloaded yet. Does nothing while another is at work. */
void ink_model_download_ask (InkModelDownload *download, InkLibrary *library,
                             const InkModelOffer *offer);

/* Begins, or goes on after a pause or a failure. */
void ink_model_download_start (InkModelDownload *download);
void ink_model_download_pause (InkModelDownload *download);

/* Gives it up. @discard: what has come goes, too */
void ink_model_download_cancel (InkModelDownload *download, gboolean discard);

/* Whether a thread is at work still, also for a while after it was told to end; "changed" tells of
 * its end. */
gboolean ink_model_download_is_busy (InkModelDownload *download);

G_END_DECLS
