/* torch.c: reads the tensors of a PyTorch checkpoint (torch.h).
 *
 * The archive has, below a folder of any name: data.pkl, a pickle that describes the tensors as
 * views of storages; data/KEY, the bytes of each storage; byteorder in newer files; version.
 */
#include "files/torch.h"
#include "clip.h"
#include "files/pickle.h"
#include "files/zip.h"

#include <string.h>

#define MAX_KEY 64 /* bytes; PyTorch numbers its storages */

typedef struct {
  const char *file;
  const ClipZip *zip;
  char *folder; /* of the archive's records, with its slash */
} Checkpoint;

static gboolean
fail (const char *file, ClipError code, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, code, "%s: %s", file, what);
  return FALSE;
}

static gboolean
fail_tensor (const Checkpoint *checkpoint, const char *name, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: tensor “%s”: %s", checkpoint->file, name,
               what);
  return FALSE;
}

/* ---- The archive ------------------------------------------------------------------------- */

static const ClipZipRecord *
find_record (const Checkpoint *checkpoint, const char *prefix, const char *name)
{
  g_autofree char *full = g_strconcat (checkpoint->folder, prefix, name, NULL);
  return clip_zip_find (checkpoint->zip, full);
}

/* Finds data.pkl, and with it the folder of all other records. */
static const ClipZipRecord *
find_pickle (Checkpoint *checkpoint, GError **error)
{
  gsize n;
  const ClipZipRecord *records = clip_zip_get_records (checkpoint->zip, &n), *found = NULL;
  for (gsize i = 0; i < n; i++)
    if (g_str_has_suffix (records[i].name, "/data.pkl")) {
      if (found != NULL) {
        fail (checkpoint->file, CLIP_ERROR_INVALID, "there is more than one data.pkl", error);
        return NULL;
      }
      found = &records[i];
    }
  if (found == NULL)
    fail (checkpoint->file, CLIP_ERROR_INVALID, "not a PyTorch checkpoint: there is no data.pkl",
          error);
  else
    checkpoint->folder = g_strndup (found->name, strlen (found->name) - strlen ("data.pkl"));
  return found;
}

/* TorchScript compresses some of its records, so that this comes before all else. */
static gboolean
check_kind (const Checkpoint *checkpoint, GError **error)
{
  if (find_record (checkpoint, "", "constants.pkl") != NULL)
    return fail (checkpoint->file, CLIP_ERROR_UNSUPPORTED,
                 "a TorchScript program, not plain weights: save its state_dict() with "
                 "torch.save()",
                 error);
  const ClipZipRecord *order = find_record (checkpoint, "", "byteorder");
  if (order != NULL && (order->size != 6 || memcmp (order->data, "little", 6) != 0))
    return fail (checkpoint->file, CLIP_ERROR_UNSUPPORTED,
                 "its numbers are not in little-endian order", error);
  gsize n;
  const ClipZipRecord *records = clip_zip_get_records (checkpoint->zip, &n);
  for (gsize i = 0; i < n; i++)
    if (records[i].data == NULL)
      return fail (checkpoint->file, CLIP_ERROR_UNSUPPORTED,
                   "its records are compressed or encrypted, which PyTorch doesn't do", error);
  return TRUE;
}

/* ---- One tensor -------------------------------------------------------------------------- */

/* The storage's bytes, of which there are as many as it says. */
static const guint8 *
find_storage (const Checkpoint *checkpoint, const char *name, const ClipPickleValue *storage,
              gsize element, GError **error)
{
  gsize size;
  const ClipZipRecord *record =
      strlen (storage->key) <= MAX_KEY ? find_record (checkpoint, "data/", storage->key) : NULL;
  if (record == NULL)
    fail_tensor (checkpoint, name, "the record with its data is missing", error);
  else if (storage->elements < 0 ||
           !g_size_checked_mul (&size, (gsize)storage->elements, element) || record->size != size)
    fail_tensor (checkpoint, name, "the record with its data has not the size that it should have",
                 error);
  else
    return record->data;
  return NULL;
}

/* Fills in shape and strides. @last: how far the last element is from the first. FALSE where a
 * number is negative or too large. */
static gboolean
read_view (const ClipPickleValue *value, ClipTensor *tensor, gsize *count, gsize *last)
{
  const ClipPickleItem *side = value->shape->first, *stride = value->stride->first;
  *count = 1;
  *last = 0;
  for (; side != NULL; side = side->next, stride = stride->next, tensor->rank++) {
    gint64 n = side->value->integer, step = stride->value->integer;
    gsize way = 0;
    if (n < 0 || step < 0 || !g_size_checked_mul (count, *count, (gsize)n) ||
        (n > 0 && !g_size_checked_mul (&way, (gsize)n - 1, (gsize)step)) ||
        !g_size_checked_add (last, *last, way))
      return FALSE;
    if (tensor->rank < CLIP_TENSOR_MAX_RANK) { /* no tower asks for more */
      tensor->shape[tensor->rank] = (gsize)n;
      tensor->stride[tensor->rank] = (gsize)step;
    }
  }
  return TRUE;
}

static gboolean
read_tensor (const Checkpoint *checkpoint, const char *name, const ClipPickleValue *value,
             ClipTensor *tensor, GError **error)
{
  static const gsize sizes[] = {[CLIP_DTYPE_F32] = 4,
                                [CLIP_DTYPE_F16] = 2,
                                [CLIP_DTYPE_BF16] = 2,
                                [CLIP_DTYPE_OTHER] = 8}; /* LongStorage */
  const ClipPickleValue *storage = value->storage;
  gsize count, last;
  tensor->name = name;
  tensor->dtype = storage->dtype;
  if (value->offset < 0 || !read_view (value, tensor, &count, &last))
    return fail_tensor (checkpoint, name, "impossible offset, shape or strides", error);
  const guint8 *data = find_storage (checkpoint, name, storage, sizes[storage->dtype], error);
  if (data == NULL)
    return FALSE;
  gsize elements = (gsize)storage->elements, offset = (gsize)value->offset;
  if (offset > elements || (count > 0 && last >= elements - offset))
    return fail_tensor (checkpoint, name, "it reaches beyond its storage", error);
  tensor->data = data + offset * sizes[storage->dtype];
  return TRUE;
}

/* ---- The whole --------------------------------------------------------------------------- */

/* Other things than tensors that a dictionary has are left out. */
static gboolean
read_tensors (const Checkpoint *checkpoint, const ClipPickleValue *dict, ClipTensors *tensors,
              GError **error)
{
  for (const ClipPickleItem *key = dict->first; key != NULL; key = key->next->next) {
    const ClipPickleValue *value = key->next->value;
    if (key->value->kind != CLIP_PICKLE_STRING || value->kind != CLIP_PICKLE_TENSOR)
      continue;
    if (!read_tensor (checkpoint, key->value->string, value, &tensors->all[tensors->n], error))
      return FALSE;
    tensors->n++;
  }
  return TRUE;
}

static ClipTensors *
read_pickle (const Checkpoint *checkpoint, const ClipZipRecord *record, GError **error)
{
  ClipPickle *pickle = clip_pickle_parse (record->data, record->size, checkpoint->file, error);
  if (pickle == NULL)
    return NULL;
  const ClipPickleValue *root = clip_pickle_get_root (pickle);
  const ClipPickleValue *state = clip_pickle_look_up (root, "state_dict");
  const ClipPickleValue *dict = state != NULL ? state : root;
  gsize most = dict->kind == CLIP_PICKLE_DICT ? dict->n / 2 : 0;
  g_autoptr (ClipTensors) tensors =
      clip_tensors_new (most, pickle, (GDestroyNotify)clip_pickle_free, checkpoint->file, error);
  if (tensors == NULL)
    return NULL;
  if (dict->kind != CLIP_PICKLE_DICT) {
    fail (checkpoint->file, CLIP_ERROR_UNSUPPORTED,
          "the checkpoint is not a dictionary of tensors, nor has it one", error);
    return NULL;
  }
  return read_tensors (checkpoint, dict, tensors, error) ? g_steal_pointer (&tensors) : NULL;
}

ClipTensors *
clip_torch_parse (const guint8 *data, gsize size, const char *file, GError **error)
{
  if (size > 0 && data[0] == 0x80) { /* the file is itself a pickle */
    fail (file, CLIP_ERROR_UNSUPPORTED,
          "written in the format of PyTorch before 1.6: load it and save it again with a newer one",
          error);
    return NULL;
  }
  g_autoptr (ClipZip) zip = clip_zip_parse (data, size, file, error);
  if (zip == NULL)
    return NULL;
  Checkpoint checkpoint = {.file = file, .zip = zip};
  const ClipZipRecord *record = find_pickle (&checkpoint, error);
  ClipTensors *tensors = record != NULL && check_kind (&checkpoint, error)
                             ? read_pickle (&checkpoint, record, error)
                             : NULL;
  g_free (checkpoint.folder);
  return tensors;
}
