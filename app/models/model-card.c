/* model-card.c: the licence and the plain facts of a model folder. */
#include "models/model-card.h"

#include <string.h>

#include <json-glib/json-glib.h>

/* More than any card or configuration has. */
#define TEXT_MAX (1 << 20)

/* Returns: (nullable): the beginning of a text file */
static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      !g_file_get_contents (path, &text, &length, NULL) || length > TEXT_MAX)
    return NULL;
  return g_steal_pointer (&text);
}

/* The value of "license:" in the YAML between the first two lines of three dashes. */
static char *
read_front_matter (const char *card)
{
  g_auto (GStrv) lines = g_strsplit (card, "\n", -1);

  if (lines[0] == NULL || strcmp (g_strchomp (lines[0]), "---") != 0)
    return NULL;
  for (guint i = 1; lines[i] != NULL && strcmp (g_strchomp (lines[i]), "---") != 0; i++) {
    if (!g_str_has_prefix (lines[i], "license:"))
      continue;
    char *value = g_strstrip (lines[i] + strlen ("license:"));
    gsize length = strlen (value);
    if (length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value) {
      value[length - 1] = '\0';
      value++;
    }
    return *value != '\0' ? g_utf8_make_valid (value, -1) : NULL;
  }
  return NULL;
}

char *
ink_model_card_get_licence (const char *folder)
{
  static const char *const names[] = {"LICENSE",   "LICENSE.txt", "LICENSE.md", "LICENCE",
                                      "NOTICE.md", "NOTICE",      "COPYING"};
  g_autofree char *card = read_text (folder, "README.md");
  char *licence = card != NULL ? read_front_matter (card) : NULL;

  if (licence != NULL)
    return licence;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return g_strdup_printf ("see %s", names[i]);
  }
  return NULL;
}

/* @object's member, if it is an object. */
static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* @object's member, if it is a number that can be a size. */
static guint
get_size (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    return 0;
  gint64 value = json_node_get_int (node);
  return value > 0 && value <= G_MAXINT ? (guint)value : 0;
}

void
ink_model_card_get_facts (const char *folder, guint *dims, guint *image_size)
{
  g_autofree char *text = read_text (folder, "open_clip_config.json");
  g_autoptr (JsonNode) root = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *model = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
                          ? get_object (json_node_get_object (root), "model_cfg")
                          : NULL;

  *dims = get_size (model, "embed_dim");
  *image_size = get_size (get_object (model, "vision_cfg"), "image_size");
}
