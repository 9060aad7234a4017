/* test-bad-models.c: each tensor of each kind of tower, missing, misshapen or of a useless type:
 * opening the tower must fail and say which tensor it is. Also sizes that a tower can't have. */
#include <stdio.h>
#include <string.h>

#include "support/expect.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/make-model.h"
#include "tower-fixture.h"

#define WEIGHTS "open_clip_model.safetensors"

/* Spaces after the header, so that variants of it fit in place. */
#define ROOM 64

/* ---- A model folder whose header can be changed ------------------------------------------- */

typedef struct {
  TestFolder *folder;
  char *path;
  char *header; /* JSON */
} Model;

static void
write_header (const Model *model, const char *header)
{
  gsize room = strlen (model->header) + ROOM;
  g_autofree char *padded = g_strdup_printf ("%-*s", (int)room, header);
  FILE *file = fopen (model->path, "r+b");

  g_assert_cmpuint (strlen (padded), ==, room);
  g_assert_true (fseek (file, 8, SEEK_SET) == 0 && fwrite (padded, room, 1, file) == 1);
  g_assert_true (fclose (file) == 0);
}

/* Takes a copy of the folder's files, with room after the header. */
static void
model_init (Model *model, const char *source)
{
  g_autofree char *weights = g_build_filename (source, WEIGHTS, NULL);
  g_autofree char *config = g_build_filename (source, "open_clip_config.json", NULL);
  g_autofree char *text = NULL, *bytes = NULL;
  gsize text_size, size;
  guint64 header_size, new_size;
  g_autoptr (GByteArray) copy = g_byte_array_new ();

  g_assert_true (g_file_get_contents (config, &text, &text_size, NULL));
  g_assert_true (g_file_get_contents (weights, &bytes, &size, NULL));
  memcpy (&header_size, bytes, 8);
  model->folder = test_folder_new ();
  model->path = g_build_filename (model->folder, WEIGHTS, NULL);
  model->header = g_strndup (bytes + 8, header_size);

  new_size = header_size + ROOM;
  g_byte_array_append (copy, (const guint8 *)&new_size, 8);
  g_byte_array_set_size (copy, (guint)(8 + new_size));
  g_byte_array_append (copy, (const guint8 *)bytes + 8 + header_size,
                       (guint)(size - 8 - header_size));
  test_folder_write (model->folder, "open_clip_config.json", text, text_size);
  test_folder_write (model->folder, WEIGHTS, copy->data, copy->len);
  write_header (model, model->header);
}

static void
model_clear (Model *model)
{
  test_folder_free (model->folder);
  g_free (model->path);
  g_free (model->header);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Model, model_clear)

static void
model_init_named (Model *model, const char *name)
{
  if (g_str_equal (name, "starter")) {
    g_autofree char *starter = golden_path ("../../data/models/starter");
    model_init (model, starter);
  } else {
    g_autoptr (TestFolder) folder = test_folder_new ();
    g_autoptr (GError) error = NULL;
    make_model (name, folder, CLIP_DTYPE_F32, &error);
    g_assert_no_error (error);
    model_init (model, folder);
  }
}

/* ---- One tensor at a time ---------------------------------------------------------------- */

/* Each makes another header from a good one, in which @entry is where the tensor's name begins. */
static void
leave_out (GString *header, gsize entry)
{
  header->str[entry] = '~'; /* no tower asks for such a name */
}

static void
add_rank (GString *header, gsize entry)
{
  const char *shape = strstr (header->str + entry, "\"shape\":[");
  g_string_insert (header, shape - header->str + (gssize)strlen ("\"shape\":["), "1,");
}

static void
make_integer (GString *header, gsize entry)
{
  char *dtype = strstr (header->str + entry, "\"dtype\":\"F");
  dtype[strlen ("\"dtype\":\"")] = 'I';
}

static void
expect_refused (const Model *model, const char *tensor)
{
  g_autoptr (TowerFixture) fixture = tower_fixture_new (model->folder, 1);
  g_autoptr (GError) error = NULL;

  if (g_str_has_prefix (tensor, "visual."))
    g_assert_null (tower_fixture_image (fixture, fixture->config.image_size, &error));
  else
    g_assert_null (tower_fixture_text (fixture, &error));
  if (error != NULL && error->code == CLIP_ERROR_UNSUPPORTED)
    expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, WEIGHTS, tensor);
  else
    expect_clip_error (&error, CLIP_ERROR_INVALID, WEIGHTS, tensor);
}

/* The names of the header's tensors. */
static GPtrArray *
list_tensors (const Model *model)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_true (json_parser_load_from_data (parser, model->header, -1, NULL));
  g_autoptr (GList) members = json_object_get_members (golden_root (parser));
  for (GList *i = members; i != NULL; i = i->next)
    if (!g_str_equal (i->data, "__metadata__") && !g_str_equal (i->data, "logit_scale"))
      g_ptr_array_add (names, g_strdup (i->data));
  return names;
}

static void
test_tensors (gconstpointer data)
{
  void (*const spoil[]) (GString *, gsize) = {leave_out, add_rank, make_integer};
  g_auto (Model) model;
  model_init_named (&model, data);
  g_autoptr (GPtrArray) names = list_tensors (&model);

  g_assert_cmpuint (names->len, >, 50);
  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *key = g_strdup_printf ("\"%s\":", name);
    gsize entry = (gsize)(strstr (model.header, key) + 1 - model.header);
    for (gsize j = 0; j < G_N_ELEMENTS (spoil); j++) {
      g_autoptr (GString) header = g_string_new (model.header);
      spoil[j](header, entry);
      write_header (&model, header->str);
      expect_refused (&model, name);
    }
  }

  /* What remains is good again. */
  write_header (&model, model.header);
  g_autoptr (TowerFixture) fixture = tower_fixture_new (model.folder, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipImageTower) image =
      tower_fixture_image (fixture, fixture->config.image_size, &error);
  g_assert_no_error (error);
  g_assert_nonnull (image);
  g_autoptr (ClipTextTower) text = tower_fixture_text (fixture, &error);
  g_assert_no_error (error);
  g_assert_nonnull (text);
}

/* ---- Configurations ---------------------------------------------------------------------- */

/* The checkpoint goes on where the configuration ends, or ends where it goes on. */
static void
test_layers (void)
{
  g_auto (Model) model;
  model_init_named (&model, "tiny-vit");
  g_autoptr (TowerFixture) fixture = tower_fixture_new (model.folder, 1);
  g_autoptr (GError) error = NULL;

  fixture->config.vision_layers--;
  g_assert_null (tower_fixture_image (fixture, 80, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, WEIGHTS, "visual.transformer.resblocks.1.");
  fixture->config.vision_layers += 2;
  g_assert_null (tower_fixture_image (fixture, 80, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, WEIGHTS, "visual.transformer.resblocks.2.");
  fixture->config.vision_layers = G_MAXUINT;
  g_assert_null (tower_fixture_image (fixture, 80, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, WEIGHTS, "visual.transformer.resblocks.2.");
  fixture->config.text_layers--;
  g_assert_null (tower_fixture_text (fixture, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, WEIGHTS, "transformer.resblocks.1.");
}

/* Numbers that the reader of configurations may let pass, and no transformer can have. */
static void
test_numbers (void)
{
  g_auto (Model) model;
  model_init_named (&model, "tiny-vit");
  g_autoptr (TowerFixture) fixture = tower_fixture_new (model.folder, 1);
  const ClipConfig good = fixture->config;
  g_autoptr (GError) error = NULL;

  fixture->config.text_heads = 3; /* does not divide the width */
  g_assert_null (tower_fixture_text (fixture, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "open_clip_config.json", "3 heads");
  fixture->config = good;
  fixture->config.context_length = G_MAXUINT;
  g_assert_null (tower_fixture_text (fixture, &error));
  expect_clip_error (&error, CLIP_ERROR_UNSUPPORTED, "open_clip_config.json", "context");
  fixture->config = good;
  fixture->config.vision_head_width = 256; /* more than the width */
  g_assert_null (tower_fixture_image (fixture, 80, &error));
  expect_clip_error (&error, CLIP_ERROR_INVALID, "open_clip_config.json", "0 heads");
}

static void
test_sizes (void)
{
  static const struct {
    const char *model;
    guint sizes[3];
  } cases[] = {
      {"tiny-vit", {0, 15, 129 * 16}},
      {"starter", {0, 4097, G_MAXUINT}},
      {"tiny-convnext", {0, 31, G_MAXUINT}},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Model) model;
    model_init_named (&model, cases[i].model);
    g_autoptr (TowerFixture) fixture = tower_fixture_new (model.folder, 1);
    for (gsize j = 0; j < G_N_ELEMENTS (cases[i].sizes); j++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *size = g_strdup_printf ("%u", cases[i].sizes[j]);
      g_assert_null (tower_fixture_image (fixture, cases[i].sizes[j], &error));
      expect_clip_error (&error, CLIP_ERROR_ARGUMENT, NULL, size);
    }
  }
}

int
main (int argc, char **argv)
{
  static const char *const models[] = {"tiny-convnext", "tiny-convnext-mlp", "tiny-vit", "starter"};

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (models); i++) {
    g_autofree char *path = g_strconcat ("/bad-models/tensors/", models[i], NULL);
    g_test_add_data_func (path, models[i], test_tensors);
  }
  g_test_add_func ("/bad-models/layers", test_layers);
  g_test_add_func ("/bad-models/numbers", test_numbers);
  g_test_add_func ("/bad-models/sizes", test_sizes);
  return g_test_run ();
}
