/* pickle.c: the restricted pickle of PyTorch checkpoints. */
#include "files/pickle.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipPickle) pickle = clip_pickle_parse (data, size, "fuzz", &error);

  FUZZ_EXPECT (pickle != NULL, error);
  return 0;
}
