/* test-entities.c: HTML's character references, against Python's html.unescape() and ftfy. */
#include "text/entities.h"

#include <string.h>

/* The table is sorted and complete: SHA-256 over a line "name=value" for each name of Python's
 * html.entities.html5, of those with and without semicolon only the latter. */
static void
test_table (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *sha256 = NULL;

  for (guint i = 0; i < CLIP_N_ENTITIES; i++) {
    const ClipEntity *entity = &clip_entities[i];

    if (i > 0)
      g_assert_cmpint (strcmp (clip_entities[i - 1].name, entity->name), <, 0);
    g_string_append_printf (lines, "%s%s=", entity->name, entity->bare ? "" : ";");
    g_string_append_unichar (lines, entity->first);
    if (entity->second != 0)
      g_string_append_unichar (lines, entity->second);
    g_string_append_c (lines, '\n');
  }
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, lines->str, (gssize)lines->len);
  g_assert_cmpstr (sha256, ==, "a17cca1f68234a47a39dfde446f6d91270723d3cc2bd7a2269c20cbf528244e8");
}

/* Every name is found, with a semicolon always and without one where that is allowed. */
static void
test_every_name (void)
{
  for (guint i = 0; i < CLIP_N_ENTITIES; i++) {
    const ClipEntity *entity = &clip_entities[i];
    g_autofree char *text = g_strdup_printf ("a&%s;b", entity->name);
    g_autofree char *bare = g_strdup_printf ("a&%s b", entity->name);
    g_autofree char *unescaped = clip_unescape_entities (text, CLIP_ENTITIES_HTML);
    g_autofree char *unescaped_bare = clip_unescape_entities (bare, CLIP_ENTITIES_HTML);
    g_autoptr (GString) expected = g_string_new ("a");

    g_string_append_unichar (expected, entity->first);
    if (entity->second != 0)
      g_string_append_unichar (expected, entity->second);
    g_string_append_c (expected, 'b');
    g_assert_cmpstr (unescaped, ==, expected->str);
    if (entity->bare) {
      g_string_insert (expected, (gssize)expected->len - 1, " ");
      g_assert_cmpstr (unescaped_bare, ==, expected->str);
    }
  }
}

typedef struct {
  const char *text, *unescaped;
} Case;

static void
check (const Case *cases, gsize n, ClipEntityRules rules)
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *unescaped = clip_unescape_entities (cases[i].text, rules);

    g_assert_cmpstr (unescaped, ==, cases[i].unescaped);
  }
}

static void
test_html (void)
{
  static const Case cases[] = {
      {"", ""},
      {"no reference", "no reference"},
      {"&lt;b&gt; &amp;amp;", "<b> &amp;"},
      {"&copy2020 &notit; &notin;", "©2020 ¬it; ∉"},
      {"AT&T &; & && &x &xyz;", "AT&T &; & && &x &xyz;"},
      {"&amp", "&"},
      {"&ampamp;", "&amp;"},
      {"&LTIMES;", "<IMES;"},
      {"&#65;&#x41;&#X41&#0065", "AAAA"},
      {"&#; &#x; &#xg; &#a;", "&#; &#x; &#xg; &#a;"},
      {"&#128; &#x92; &#129;", "€ ’ \xc2\x81"},
      {"&#0; &#xd800; &#x110000; &#4294967361; &#99999999999999999999;",
       "\ufffd \ufffd \ufffd \ufffd \ufffd"},
      {"a&#1;b&#xb;c&#xfdd0;d&#x1ffff;e", "abcde"},
      {"&#9;&#10;&#12;&#13;|", "\t\n\f\r|"},
      {"&NotEqualTilde;&fjlig;", "≂̸fj"},
      {"&CounterClockwiseContourIntegral;", "∳"},
      {"&eacute&EACUTE;", "é&EACUTE;"},
  };

  check (cases, G_N_ELEMENTS (cases), CLIP_ENTITIES_HTML);
}

static void
test_plain_text (void)
{
  static const Case cases[] = {
      {"&lt;b&gt; &amp;amp;", "<b> &amp;"},
      {"&copy2020 &notit; &amp", "&copy2020 &notit; &amp"},
      {"&EACUTE; &NBSP; &SZLIG; &Eacute;", "É \u00a0 SS É"},
      {"&nTILDE; &LTIMES; &AMP;", "&nTILDE; &LTIMES; &"},
      {"&#65; &#x41; &#65 &#65x;", "A A &#65 &#65x;"},
      {"&#59; &semi;", "&#59; ;"},
      {"&CounterClockwiseContourIntegral;", "&CounterClockwiseContourIntegral;"},
      {"&#000000000000000000000065;", "A"},
      {"&#0000000000000000000000065;", "&#0000000000000000000000065;"},
  };

  check (cases, G_N_ELEMENTS (cases), CLIP_ENTITIES_PLAIN_TEXT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/entities/table", test_table);
  g_test_add_func ("/text/entities/every-name", test_every_name);
  g_test_add_func ("/text/entities/html", test_html);
  g_test_add_func ("/text/entities/plain-text", test_plain_text);
  return g_test_run ();
}
