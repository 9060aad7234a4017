/* config.c: open_clip_config.json, and the JSON reader below it. */
#include "files/json.h"
#include "files/model-config.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) json_error = NULL, error = NULL;
  g_autoptr (ClipJson) json = clip_json_parse (data, size, "fuzz", &json_error);
  ClipConfig config;

  FUZZ_EXPECT (json != NULL, json_error);
  gboolean parsed = clip_config_parse (&config, data, size, "fuzz", &error);
  FUZZ_EXPECT (parsed, error);
  g_assert_true (json != NULL || !parsed);
  return 0;
}
