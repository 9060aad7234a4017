/* fuzz.h: what every fuzz target gives: one function that must come back, whatever the bytes.
 *
 * A target aborts where a promise is broken, be it an error without a reason; sanitizers find the
 * rest. replay.c gives it the corpus in every test run; with -Dfuzz=true it is linked with
 * libFuzzer as well.
 */
#pragma once

#include <glib.h>

/* libFuzzer's name for it. Returns: 0 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A function that fails has to say why, and one that does not has to leave the error alone. */
#define FUZZ_EXPECT(succeeded, error) g_assert_true ((succeeded) == ((error) == NULL))

/* @data as a file without a place in any folder. Returns: its name, to be freed after the
 * descriptor was closed */
char *fuzz_make_file (const guint8 *data, gsize size, int *descriptor);
