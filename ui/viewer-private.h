/* viewer-private.h: what the parts of the viewer share: viewer.c loads and shows photos,
 * viewer-actions.c answers keys, buttons and the window's being in full screen. */
#pragma once

#include "photo-information.h"
#include "picture-loader.h"
#include "picture-view.h"
#include "region-selector.h"
#include "similar-strip.h"
#include "viewer.h"
#include "where-bar.h"

#include <adwaita.h>

G_BEGIN_DECLS

struct _InkViewer {
  GtkWidget parent_instance;

  GtkWidget *header;
  AdwWindowTitle *title;
  AdwFlap *flap;
  InkPhotoInformation *information;
  GtkWidget *canvas;
  GtkStack *stack;
  AdwStatusPage *error_page;
  InkPictureView *view;
  InkRegionSelector *region;
  InkWhereBar *where;
  GtkWidget *where_button;
  GtkSpinner *spinner;
  GtkWidget *note_bar; /* where a photo can only be shown small, and why */
  GtkLabel *note;
  GtkWidget *previous;
  GtkWidget *next;
  GtkButton *zoom;
  GtkButton *fullscreen;
  GtkRevealer *strip_revealer;
  InkSimilarStrip *strip;

  InkPictureLoader *loader;
  InkResultModel *results; /* of the grid */
  InkResultModel *list;    /* what it goes through: the results, or photos like one of them */
  InkPhotoItem *photo;
  guint position;         /* in the list */
  guint results_position; /* see ink_viewer_get_position() */
  gboolean has_thumbnail, has_picture;
  GCancellable *detail; /* of a further rendering */
  guint spin, rest;     /* source ids */
  double pointer_x, pointer_y;
};

/* ---- viewer.c ---- */

/* To another photo of the list. Returns: whether there is one */
gboolean ink_viewer_step (InkViewer *self, int by);

void ink_viewer_show_where (InkViewer *self, gboolean shown);
void ink_viewer_end_region (InkViewer *self);

/* ---- viewer-actions.c ---- */

void ink_viewer_install_actions (GtkWidgetClass *klass);

/* In full screen, what lies over the picture is hidden while the pointer rests. */
void ink_viewer_pointer_moved (InkViewer *self, double x, double y);
void ink_viewer_wake (InkViewer *self);
void ink_viewer_update_fullscreen (InkViewer *self);
void ink_viewer_leave_fullscreen (InkViewer *self);

G_END_DECLS
