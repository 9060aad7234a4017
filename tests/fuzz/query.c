/* query.c: the search box's text; what it means can be written as text that means the same. */
#include "fuzz/fuzz.h"
#include "search/query.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (InkQuery) query = ink_query_new (), again = ink_query_new ();
  InkLeastSize least;
  InkRegion region;

  ink_query_parse_size (text, &least);
  if (ink_query_parse_region (text, &region))
    g_assert_true (region.x >= 0 && region.width > 0 && region.x + region.width <= 1.000001);
  /* The window and the command line hand over UTF-8 alone. */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  ink_query_parse (query, text);
  g_autofree char *first = ink_query_to_text (query);
  ink_query_parse (again, first);
  g_autofree char *second = ink_query_to_text (again);
  g_assert_cmpstr (first, ==, second);
  return 0;
}
