/* service.h: answers for a library on the session bus, for as long as this process has it.
 *
 * Other processes of the user hand their writes to it, and the window asks “inkling-cli watch” to
 * give the library up. What comes over the bus is checked like anything from outside: nothing there
 * reads a photo or searches, and no path is taken that is not absolute.
 */
#pragma once

#include "library/library.h"

G_BEGIN_DECLS

typedef struct _InkService InkService;

/**
 * InkServiceFuncs:
 * @release: (nullable): gives the library up; in a thread of its own. %NULL refuses
 * @acquired: (nullable): this process answers for the library now; in the caller's context
 */
typedef struct {
  void (*release) (gpointer data);
  void (*acquired) (gpointer data);
} InkServiceFuncs;

/**
 * ink_service_start:
 * @replace: takes the name over from one who lets it be taken; else waits for its turn in the bus's
 *     queue
 *
 * Without a session bus nothing happens. Answers come in the calling thread's default context; what
 * takes long is done in threads.
 */
InkService *ink_service_start (InkLibrary *library, gboolean replace, const InkServiceFuncs *funcs,
                               gpointer data);
void ink_service_stop (InkService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InkService, ink_service_stop)

G_END_DECLS
