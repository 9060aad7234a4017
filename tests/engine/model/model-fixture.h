/* model-fixture.h: small models and pictures that the model's tests share. */
#pragma once

#include "clip.h"
#include "support/folder.h"
#include "support/make-model.h"

G_BEGIN_DECLS

/* A model folder with the weights of a case of cases.json; its tokenizer is the starter model's. */
typedef struct {
  TestFolder *parent;
  char *folder;
  ClipOptions options;
} ModelFixture;

ModelFixture *model_fixture_new (const char *case_name);
ModelFixture *model_fixture_new_with (const char *case_name, const MakeModelOptions *options);
void model_fixture_free (ModelFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelFixture, model_fixture_free)

/* Opens the model with that many threads; ends the program where that fails. */
ClipModel *model_fixture_open (const ModelFixture *fixture, guint threads);

/* Path of the weights file. */
char *model_fixture_weights (const ModelFixture *fixture);

/* A picture with something different at each @seed; release with model_picture_clear(). */
void model_picture_init (ClipPicture *picture, guint width, guint height, guint32 seed);
void model_picture_clear (ClipPicture *picture);

G_END_DECLS
