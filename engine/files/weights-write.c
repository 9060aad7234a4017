/* weights-write.c: writes weights in safetensors format (safetensors.c says what that is). */
#include "files/tensors.h"
#include "files/weights.h"
#include "files/widen.h"

#include <string.h>

#define CHUNK (1u << 20)

/* A file whose tensors share their elements may come out larger; one that comes out many times as
 * large is made to fill a disk. */
#define MOST_GROWTH 2

typedef struct {
  const ClipWeights *weights;
  ClipWriteFunc write;
  gpointer data;
} Writer;

/* Elements of four bytes come first, so that each tensor is aligned. */
static const gsize element_sizes[] = {4, 2};

static gboolean
is_written (const ClipTensor *tensor, gsize element)
{
  return tensor->dtype != CLIP_DTYPE_OTHER && tensor->rank <= CLIP_TENSOR_MAX_RANK &&
         clip_dtype_size (tensor->dtype) == element;
}

/* ---- The header -------------------------------------------------------------------------- */

static void
append_string (GString *header, const char *text)
{
  g_string_append_c (header, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\' || (guchar)*p < ' ')
      g_string_append_printf (header, "\\u%04x", (guchar)*p);
    else
      g_string_append_c (header, *p);
  g_string_append_c (header, '"');
}

static void
append_tensor (GString *header, const ClipTensor *tensor, gsize begin, gsize end)
{
  static const char *const dtypes[] = {
      [CLIP_DTYPE_F32] = "F32", [CLIP_DTYPE_F16] = "F16", [CLIP_DTYPE_BF16] = "BF16"};

  g_string_append_c (header, header->len == 0 ? '{' : ',');
  append_string (header, tensor->name);
  g_string_append_printf (header, ":{\"dtype\":\"%s\",\"shape\":[", dtypes[tensor->dtype]);
  for (guint i = 0; i < tensor->rank; i++)
    g_string_append_printf (header, "%s%zu", i > 0 ? "," : "", tensor->shape[i]);
  g_string_append_printf (header, "],\"data_offsets\":[%zu,%zu]}", begin, end);
}

/* Returns: NULL where there is more than @most bytes of tensors */
static GString *
make_header (const ClipWeights *weights, gsize most)
{
  g_autoptr (GString) header = g_string_new (NULL);
  gsize n, at = 0;
  const ClipTensor *all = clip_weights_get_all (weights, &n);

  for (guint e = 0; e < G_N_ELEMENTS (element_sizes); e++)
    for (gsize i = 0; i < n; i++) {
      gsize size, begin = at;
      if (!is_written (&all[i], element_sizes[e]))
        continue;
      if (!clip_tensors_count (all[i].rank, all[i].shape, &size) ||
          !g_size_checked_mul (&size, size, element_sizes[e]) ||
          !g_size_checked_add (&at, at, size) || at > most)
        return NULL;
      append_tensor (header, &all[i], begin, at);
    }
  g_string_append (header, header->len == 0 ? "{}" : "}");
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  return g_steal_pointer (&header);
}

/* ---- The tensors ------------------------------------------------------------------------- */

/* Piece by piece; what was read is given back. */
static gboolean
write_contiguous (const Writer *writer, const guint8 *bytes, gsize size, GError **error)
{
  for (gsize done = 0; done < size; done += CHUNK) {
    gsize piece = MIN (CHUNK, size - done);
    if (!writer->write (bytes + done, piece, writer->data, error))
      return FALSE;
    clip_weights_drop (writer->weights, bytes + done, piece);
  }
  return TRUE;
}

/* Element by element; @at counts them as an odometer does. */
static gboolean
write_view (const Writer *writer, const ClipTensor *tensor, gsize count, GError **error)
{
  gsize element = clip_dtype_size (tensor->dtype), used = 0, at[CLIP_TENSOR_MAX_RANK] = {0};
  g_autofree guint8 *chunk = g_malloc (CHUNK);

  for (gsize i = 0; i < count; i++) {
    gsize offset = 0;
    for (guint side = 0; side < tensor->rank; side++)
      offset += at[side] * tensor->stride[side];
    memcpy (chunk + used, tensor->data + element * offset, element);
    used += element;
    for (guint side = tensor->rank; side-- > 0 && ++at[side] == tensor->shape[side];)
      at[side] = 0;
    if (used == CHUNK || i + 1 == count) {
      if (!writer->write (chunk, used, writer->data, error))
        return FALSE;
      used = 0;
    }
  }
  return TRUE;
}

static gboolean
write_tensor (const Writer *writer, const ClipTensor *tensor, GError **error)
{
  gsize count;

  clip_tensors_count (tensor->rank, tensor->shape, &count); /* fitted, in the header */
  if (clip_tensor_is_contiguous (tensor))
    return write_contiguous (writer, tensor->data, count * clip_dtype_size (tensor->dtype), error);
  return write_view (writer, tensor, count, error);
}

static gboolean
write_header (const Writer *writer, GError **error)
{
  gsize most;
  gsize size = clip_weights_get_size (writer->weights);
  g_autoptr (GString) header =
      g_size_checked_mul (&most, size, MOST_GROWTH) ? make_header (writer->weights, most) : NULL;

  if (header == NULL) {
    g_set_error (error, CLIP_ERROR, CLIP_ERROR_INVALID,
                 "%s: its tensors are more than twice what the file has",
                 clip_weights_get_file (writer->weights));
    return FALSE;
  }
  guint64 length = GUINT64_TO_LE ((guint64)header->len);
  return writer->write (&length, sizeof length, writer->data, error) &&
         writer->write (header->str, header->len, writer->data, error);
}

gboolean
clip_weights_write (const ClipWeights *weights, ClipWriteFunc write, gpointer data, GError **error)
{
  const Writer writer = {weights, write, data};
  gsize n;
  const ClipTensor *all = clip_weights_get_all (weights, &n);

  if (!write_header (&writer, error))
    return FALSE;
  for (guint e = 0; e < G_N_ELEMENTS (element_sizes); e++)
    for (gsize i = 0; i < n; i++)
      if (is_written (&all[i], element_sizes[e]) && !write_tensor (&writer, &all[i], error))
        return FALSE;
  return clip_weights_check (weights, error);
}
