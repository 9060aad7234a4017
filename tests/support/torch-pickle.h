/* torch-pickle.h: the data.pkl of a PyTorch checkpoint, byte for byte as torch.save() writes it. */
#pragma once

#include "files/weights.h"

G_BEGIN_DECLS

typedef struct _TorchPickle TorchPickle;

/* @state_dict: {"epoch": 1, "state_dict": the tensors} instead of the tensors alone. */
TorchPickle *torch_pickle_new (gboolean state_dict);

/* A contiguous tensor; its storage is the record data/N, where N counts from 0. */
void torch_pickle_add (TorchPickle *pickle, const char *name, ClipDtype dtype, guint rank,
                       const gsize *shape);

/* Frees @pickle. Returns: (transfer full): the bytes */
GByteArray *torch_pickle_finish (TorchPickle *pickle);

G_END_DECLS
