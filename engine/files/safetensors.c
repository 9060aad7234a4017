/* safetensors.c: reads the safetensors format (safetensors.h).
 *
 * A file is: N, the length of the header (64 bits); the header, a JSON object of N bytes that
 * gives each tensor's type, shape and place; the data, one tensor right after the other.
 */
#include "files/safetensors.h"
#include "clip.h"
#include "files/bytes.h"
#include "files/json.h"

#include <stdlib.h>

/* Where a tensor's bytes are, from the end of the header on. */
typedef struct {
  gsize begin, end;
  const char *name;
} Extent;

/* All types of the format: unused tensors may have any of them. */
static const struct {
  const char *name;
  guint bits;
  ClipDtype dtype;
} dtypes[] = {
    {"F32", 32, CLIP_DTYPE_F32},          {"F16", 16, CLIP_DTYPE_F16},
    {"BF16", 16, CLIP_DTYPE_BF16},        {"BOOL", 8, CLIP_DTYPE_OTHER},
    {"F4", 4, CLIP_DTYPE_OTHER},          {"F6_E2M3", 6, CLIP_DTYPE_OTHER},
    {"F6_E3M2", 6, CLIP_DTYPE_OTHER},     {"U8", 8, CLIP_DTYPE_OTHER},
    {"I8", 8, CLIP_DTYPE_OTHER},          {"F8_E5M2", 8, CLIP_DTYPE_OTHER},
    {"F8_E4M3", 8, CLIP_DTYPE_OTHER},     {"F8_E8M0", 8, CLIP_DTYPE_OTHER},
    {"F8_E4M3FNUZ", 8, CLIP_DTYPE_OTHER}, {"F8_E5M2FNUZ", 8, CLIP_DTYPE_OTHER},
    {"I16", 16, CLIP_DTYPE_OTHER},        {"U16", 16, CLIP_DTYPE_OTHER},
    {"I32", 32, CLIP_DTYPE_OTHER},        {"U32", 32, CLIP_DTYPE_OTHER},
    {"I64", 64, CLIP_DTYPE_OTHER},        {"U64", 64, CLIP_DTYPE_OTHER},
    {"F64", 64, CLIP_DTYPE_OTHER},        {"C64", 64, CLIP_DTYPE_OTHER},
};

static gboolean
fail (const char *file, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: %s", file, what);
  return FALSE;
}

static gboolean
fail_tensor (const char *file, const char *name, const char *what, GError **error)
{
  g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID, "%s: tensor “%s”: %s", file, name, what);
  return FALSE;
}

/* ---- The header -------------------------------------------------------------------------- */

static ClipJson *
parse_header (const guint8 *data, gsize size, const char *file, gsize *data_at, GError **error)
{
  if (size < 8) {
    fail (file, "too short for a safetensors file", error);
    return NULL;
  }
  guint64 length = clip_read_u64 (data);
  if (length > CLIP_JSON_MAX_SIZE) {
    fail (file, "a header longer than the safetensors format allows", error);
    return NULL;
  }
  if (length > size - 8) {
    fail (file, "the file ends within its header", error);
    return NULL;
  }
  *data_at = 8 + (gsize)length;
  if (length == 0 || data[8] != '{') {
    fail (file, "the header does not begin with “{”", error);
    return NULL;
  }
  return clip_json_parse (data + 8, (gsize)length, file, error);
}

static gboolean
check_metadata (const ClipJsonValue *metadata, const char *file, GError **error)
{
  gboolean good = metadata->kind == CLIP_JSON_OBJECT;
  for (const ClipJsonValue *v = clip_json_first (metadata); good && v != NULL;
       v = clip_json_next (metadata, v))
    good = v->kind == CLIP_JSON_STRING;
  return good || fail (file, "“__metadata__” is not an object of strings", error);
}

/* ---- One tensor -------------------------------------------------------------------------- */

static gboolean
read_shape (const ClipJsonValue *shape, ClipTensor *tensor, gsize *count)
{
  if (shape == NULL || shape->kind != CLIP_JSON_ARRAY)
    return FALSE;
  *count = 1;
  for (const ClipJsonValue *v = clip_json_first (shape); v != NULL; v = clip_json_next (shape, v)) {
    guint64 side;
    if (!clip_json_get_natural (v, &side) || !g_size_checked_mul (count, *count, side))
      return FALSE;
    if (tensor->rank < CLIP_TENSOR_MAX_RANK) /* no tower asks for more */
      tensor->shape[tensor->rank] = side;
    tensor->rank++;
  }
  clip_tensor_set_strides (tensor);
  return TRUE;
}

static gboolean
read_extent (const ClipJsonValue *offsets, Extent *extent)
{
  guint64 begin, end;
  if (offsets == NULL || offsets->kind != CLIP_JSON_ARRAY || offsets->count != 2 ||
      !clip_json_get_natural (offsets + 1, &begin) || !clip_json_get_natural (offsets + 2, &end))
    return FALSE;
  extent->begin = begin;
  extent->end = end;
  return end >= begin;
}

static gboolean
read_tensor (const ClipJsonValue *entry, const char *file, ClipTensor *tensor, Extent *extent,
             GError **error)
{
  const char *type = clip_json_get_string (clip_json_member (entry, "dtype"));
  gsize i = 0, count, bits;
  while (i < G_N_ELEMENTS (dtypes) && g_strcmp0 (type, dtypes[i].name) != 0)
    i++;
  if (i == G_N_ELEMENTS (dtypes))
    return fail_tensor (file, entry->name, "unknown or missing “dtype”", error);
  tensor->name = extent->name = entry->name;
  tensor->dtype = dtypes[i].dtype;
  if (!read_shape (clip_json_member (entry, "shape"), tensor, &count) ||
      !g_size_checked_mul (&bits, count, dtypes[i].bits))
    return fail_tensor (file, entry->name, "“shape” is missing or impossible", error);
  if (!read_extent (clip_json_member (entry, "data_offsets"), extent))
    return fail_tensor (file, entry->name, "“data_offsets” are missing or impossible", error);
  if (bits % 8 != 0 || extent->end - extent->begin != bits / 8)
    return fail_tensor (file, entry->name, "“data_offsets” don't fit type and shape", error);
  return TRUE;
}

/* ---- The whole --------------------------------------------------------------------------- */

static int
compare_extents (const void *a, const void *b)
{
  const Extent *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* The tensors' places, in order, have to cover @size bytes without gap or overlap. */
static gboolean
check_coverage (Extent *extents, gsize n, gsize size, const char *file, GError **error)
{
  gsize at = 0;
  qsort (extents, n, sizeof *extents, compare_extents);
  for (gsize i = 0; i < n; i++) {
    if (extents[i].begin != at)
      return fail_tensor (file, extents[i].name,
                          extents[i].begin < at ? "overlaps another tensor"
                                                : "there is a hole before its data",
                          error);
    at = extents[i].end;
  }
  return at == size || fail (file, "there are bytes that belong to no tensor", error);
}

static gboolean
read_tensors (ClipTensors *tensors, const ClipJsonValue *header, const char *file,
              const guint8 *data, gsize size, GError **error)
{
  g_autofree Extent *extents = g_try_new (Extent, MAX (header->count, 1));
  if (extents == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_MEMORY, "%s: not enough memory", file);
    return FALSE;
  }
  for (const ClipJsonValue *v = clip_json_first (header); v != NULL;
       v = clip_json_next (header, v)) {
    if (g_str_equal (v->name, "__metadata__")) {
      if (!check_metadata (v, file, error))
        return FALSE;
      continue;
    }
    ClipTensor *tensor = &tensors->all[tensors->n];
    Extent *extent = &extents[tensors->n];
    if (!read_tensor (v, file, tensor, extent, error))
      return FALSE;
    if (extent->end > size)
      return fail_tensor (file, v->name, "the file ends before its data do", error);
    tensor->data = data + extent->begin;
    tensors->n++;
  }
  return check_coverage (extents, tensors->n, size, file, error);
}

ClipTensors *
clip_safetensors_parse (const guint8 *data, gsize size, const char *file, GError **error)
{
  gsize data_at = 0;
  ClipJson *json = parse_header (data, size, file, &data_at, error);
  if (json == NULL)
    return NULL;
  const ClipJsonValue *header = clip_json_get_root (json);
  g_autoptr (ClipTensors) tensors =
      clip_tensors_new (header->count, json, (GDestroyNotify)clip_json_free, file, error);
  if (tensors == NULL ||
      !read_tensors (tensors, header, file, data + data_at, size - data_at, error))
    return NULL;
  return g_steal_pointer (&tensors);
}
