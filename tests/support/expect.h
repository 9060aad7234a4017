/* expect.h: asserts what an error says. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @error is of the domain CLIP_ERROR, has @code, and its message holds the words @file and @what
 * (each nullable). Clears it. */
void expect_clip_error (GError **error, int code, const char *file, const char *what);

G_END_DECLS
