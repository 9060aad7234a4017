/* window-private.h: what the parts of the window share: window.c is the window with its pages,
 * actions and closing, window-pictures.c takes the pictures that are given to it. */
#pragma once

#include "browser.h"
#include "photo-commands.h"
#include "viewer.h"
#include "window.h"

G_BEGIN_DECLS

struct _InkWindow {
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *pages;
  InkBrowser *browser;
  InkViewer *viewer;
  GtkWidget *drop_hint;
  GtkLabel *drop_label;

  InkSession *session;
  InkPhotoCommands *commands;
  GSettings *settings;
  GtkFileChooserNative *chooser; /* while it is open */
  gint64 wanted;                 /* photo to show once it is found; 0 for none */
  gboolean closing;              /* indexing is being stopped */
};

/* ---- window.c ---- */

/* Back to the photos; nothing where no photo is open. */
void ink_window_close_viewer (InkWindow *self);

/* ---- window-pictures.c ---- */

/* From now on pictures can be dropped and pasted. */
void ink_window_take_pictures (InkWindow *self);

G_END_DECLS
