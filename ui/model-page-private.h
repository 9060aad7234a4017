/* model-page-private.h: what the parts of the page with the models share: model-page.c reads and
 * shows them, model-page-jobs.c does what is chosen in a thread, model-page-downloads.c downloads
 * others. */
#pragma once

#include "download-group.h"
#include "model-page.h"

G_BEGIN_DECLS

struct _InkModelPage {
  AdwPreferencesPage parent_instance;

  GtkWidget *change_group;
  AdwActionRow *change_row;
  GtkWidget *confirm;
  InkDownloadGroup *download_group;
  GtkListBox *list;
  GtkWidget *add;
  GtkLabel *progress;
  AdwComboRow *resolution;
  GtkStringList *resolutions;
  AdwPreferencesGroup *offer_group;
  GtkListBox *offers;

  InkSession *session;
  GPtrArray *models;             /* InkModelEntry; NULL until they are read */
  GtkFileChooserNative *chooser; /* while it is open */
  GCancellable *cancellable;
  gboolean working;  /* a model is being added, checked or taken */
  gboolean indexing; /* when it was last looked */
  gboolean changing; /* as shown: photos are being seen with another model */
  gboolean reading;  /* the models, in a thread … */
  gboolean stale;    /* … which may have been too early */
  gboolean filling;  /* the list of resolutions: nobody chooses */
};

/* ---- model-page.c ---- */

GtkWindow *ink_model_page_get_window (InkModelPage *self);

/* A message at the bottom of the preferences. */
void ink_model_page_say (InkModelPage *self, const char *message);

/* @name: (nullable): %NULL for the model that is used
 * Returns: (nullable) (transfer none) */
const InkModelEntry *ink_model_page_find (InkModelPage *self, const char *name);

/* Reads the models anew, in a thread, and shows them. */
void ink_model_page_read (InkModelPage *self);

/* The model's own first, then what else is sensible; the one that is used is selected. */
void ink_model_page_fill_resolutions (InkModelPage *self);

/* ---- model-page-jobs.c: one job at a time ---- */

void ink_model_page_install_job_actions (GtkWidgetClass *klass);

/* While a job is done, no other can be begun. */
void ink_model_page_set_working (InkModelPage *self, gboolean working);

/* Finds out what it takes to use a model, then asks. @image_size: 0 for the model's own */
void ink_model_page_plan (InkModelPage *self, const char *name, guint image_size);

/* @files: (transfer full): of a model: a folder, or files */
void ink_model_page_add_files (InkModelPage *self, GStrv files);

/* ---- model-page-downloads.c ---- */

void ink_model_page_install_download_action (GtkWidgetClass *klass);

/* Shows the session's download from now on. */
void ink_model_page_follow_download (InkModelPage *self);

G_END_DECLS
