/* golden.c: reads the golden results below tests/data (golden.h). */
#include "support/golden.h"

char *
golden_path (const char *name)
{
  const char *folder = g_getenv ("INKLING_TEST_DATA");
  if (folder == NULL)
    g_error ("INKLING_TEST_DATA has to name the folder tests/data; “meson test” sets it");
  return g_build_filename (folder, name, NULL);
}

JsonParser *
golden_load (const char *name)
{
  g_autofree char *path = golden_path (name);
  g_autoptr (GError) error = NULL;
  JsonParser *parser = json_parser_new_immutable ();
  if (!json_parser_load_from_file (parser, path, &error))
    g_error ("%s", error->message);
  return parser;
}

JsonObject *
golden_root (JsonParser *parser)
{
  return json_node_get_object (json_parser_get_root (parser));
}

static JsonArray *
get_array (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    g_error ("the golden data have no array “%s” where it is expected", member);
  return json_node_get_array (node);
}

float *
golden_floats (JsonObject *object, const char *member, gsize *n)
{
  JsonArray *array = get_array (object, member);
  guint length = json_array_get_length (array);
  float *floats = g_new (float, length);
  for (guint i = 0; i < length; i++)
    floats[i] = (float)json_array_get_double_element (array, i);
  if (n != NULL)
    *n = length;
  return floats;
}

guint32 *
golden_ids (JsonObject *object, const char *member, gsize *n)
{
  JsonArray *array = get_array (object, member);
  guint length = json_array_get_length (array);
  guint32 *ids = g_new (guint32, length);
  for (guint i = 0; i < length; i++)
    ids[i] = (guint32)json_array_get_int_element (array, i);
  if (n != NULL)
    *n = length;
  return ids;
}

guint
golden_count (JsonObject *object, const char *member)
{
  return json_array_get_length (get_array (object, member));
}

JsonObject *
golden_element (JsonObject *object, const char *member, guint i)
{
  return json_array_get_object_element (get_array (object, member), i);
}
