/* banner.h: a line above the photos that tells of a lasting trouble, with what can be done about
 * it. There is one at a time: the gravest.
 */
#pragma once

#include "search.h"
#include "session.h"

G_BEGIN_DECLS

#define INK_TYPE_BANNER (ink_banner_get_type ())
G_DECLARE_FINAL_TYPE (InkBanner, ink_banner, INK, BANNER, GtkWidget)

/* To be called once. */
void ink_banner_connect (InkBanner *banner, InkSession *session, InkSearch *search);

G_END_DECLS
