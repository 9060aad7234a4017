/* clip.h: the engine's one public header.
 *
 * Opens a model folder in OpenCLIP format and turns pictures and texts into embeddings that can
 * be compared with each other. Every function here may be called from any thread; one model may
 * encode for several threads at once. An embedding depends only on its input and the model: not
 * on the batch that it travelled in, nor on the number of threads.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIP_ERROR (clip_error_quark ())
GQuark clip_error_quark (void);

/**
 * ClipError:
 * @CLIP_ERROR_IO: a file can't be opened or read
 * @CLIP_ERROR_INVALID: a model file is damaged or malformed
 * @CLIP_ERROR_UNSUPPORTED: well formed, but not something that this engine runs
 * @CLIP_ERROR_MEMORY: not enough memory
 * @CLIP_ERROR_CANCELLED: the caller's #ClipCall asked to stop
 * @CLIP_ERROR_ARGUMENT: the caller passed a size or an option out of range
 */
typedef enum {
  CLIP_ERROR_IO,
  CLIP_ERROR_INVALID,
  CLIP_ERROR_UNSUPPORTED,
  CLIP_ERROR_MEMORY,
  CLIP_ERROR_CANCELLED,
  CLIP_ERROR_ARGUMENT,
} ClipError;

typedef enum {
  CLIP_PRECISION_AUTO,
  CLIP_PRECISION_F32,
  CLIP_PRECISION_BF16,
  CLIP_PRECISION_INT8,
} ClipPrecision;

/**
 * clip_precision_to_string:
 *
 * Returns: (transfer none): "auto", "f32", "bf16" or "int8"
 */
const char *clip_precision_to_string (ClipPrecision precision);

/**
 * clip_precision_from_string:
 *
 * Returns: %FALSE where @text names no precision; @precision is then unchanged
 */
gboolean clip_precision_from_string (const char *text, ClipPrecision *precision);

/* ---- Models ------------------------------------------------------------------------------ */

/**
 * ClipOptions:
 * @threads: threads that share one encode call; 0 for one a processor
 * @image_size: side of the square that the image tower sees; 0 for the configuration's
 * @precision: arithmetic of the towers: %CLIP_PRECISION_AUTO is bf16 where the processor has it,
 * else f32; bf16 is refused with %CLIP_ERROR_UNSUPPORTED where the processor lacks it
 * @vocabulary: (nullable): a merges.txt or bpe_simple_vocab_16e6.txt.gz to use where the model
 *     folder has no tokenizer of its own
 */
typedef struct {
  guint threads;
  guint image_size;
  ClipPrecision precision;
  const char *vocabulary;
} ClipOptions;

typedef struct _ClipModel ClipModel;

/**
 * ClipModelInfo:
 * @dims: length of an embedding
 * @image_size: side of the square that the image tower sees, in pixels
 * @context_length: tokens that the text tower sees at most, start and end included
 * @logit_scale: factor that turns a cosine into a logit, i.e. exp of the stored logarithm
 * @precision: the arithmetic in use (never %CLIP_PRECISION_AUTO)
 * @threads: threads that share one encode call
 * @image_macs: multiply-adds of the image tower for one picture, all layers counted
 * @text_macs: multiply-adds of the text tower for a text that fills the context
 * @family: "convnext", "vit" or "efficientnet"
 * @takes_rectangles: whether the image tower takes other shapes than its square, and tells where in
 *     a picture things are (ConvNeXt and EfficientNet)
 * @weights_file: base name of the file that the weights were read from
 */
typedef struct {
  guint dims;
  guint image_size;
  guint context_length;
  float logit_scale;
  ClipPrecision precision;
  guint threads;
  guint64 image_macs;
  guint64 text_macs;
  const char *family;
  gboolean takes_rectangles;
  const char *weights_file;
} ClipModelInfo;

/**
 * clip_model_open:
 * @folder: a folder with open_clip_config.json and weights (safetensors or a PyTorch zip)
 * @options: (nullable): %NULL for the defaults
 *
 * Opens and validates the whole model: afterwards only memory or a file that changes under us
 * can make an encode call fail.
 *
 * Returns: (transfer full): the model, to be released with clip_model_unref(); or %NULL with
 *     @error naming the file and, where there is one, the tensor
 */
ClipModel *clip_model_open (const char *folder, const ClipOptions *options, GError **error);
ClipModel *clip_model_ref (ClipModel *model);
void clip_model_unref (ClipModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipModel, clip_model_unref)

/**
 * clip_model_get_info:
 *
 * Returns: (transfer none): facts that hold for the model's whole life
 */
const ClipModelInfo *clip_model_get_info (const ClipModel *model);

/* Told the bytes of a file from the first to the last; returning %FALSE, with an error, ends it. */
typedef gboolean (*ClipWriteFunc) (gconstpointer bytes, gsize size, gpointer data, GError **error);

/**
 * clip_model_write_weights:
 * @write: called from this thread
 *
 * Writes the model's weights in safetensors format, whatever they were read from: a folder that has
 * them in place of the others is the same model, to the bit. Holds no more than a piece of them in
 * memory.
 *
 * Returns: %FALSE with @write's error, with %CLIP_ERROR_IO where the file was changed meanwhile, or
 *     with %CLIP_ERROR_INVALID where its tensors are too much for it
 */
gboolean
clip_model_write_weights (ClipModel *model, ClipWriteFunc write, gpointer data, GError **error);

/**
 * clip_model_set_cache:
 * @folder: a folder for cache files, made where it is missing
 * @sha256: hash of the model's files, 64 hexadecimal digits: the caller knows that they are what
 *     they were when it was taken
 *
 * Keeps the weights in @folder as the towers use them, one file a tower and precision, so that the
 * next process maps them instead of making them again. To be called before the first picture or
 * text: a tower that was used already keeps its weights in memory. A file that is damaged, foreign
 * or of another version is replaced; where @folder can't be written the weights are made in
 * memory; either costs time alone.
 */
void clip_model_set_cache (ClipModel *model, const char *folder, const char *sha256);

/**
 * clip_model_get_text_macs:
 * @n_ids: tokens of a text, start and end included
 *
 * Returns: multiply-adds of the text tower for such a text, all layers counted
 */
guint64 clip_model_get_text_macs (const ClipModel *model, gsize n_ids);

/* ---- Encoding ---------------------------------------------------------------------------- */

/**
 * ClipPicture:
 * @rgb: 8-bit sRGB, three bytes a pixel, rows from the top
 * @width: in pixels, at least 1
 * @height: in pixels, at least 1
 * @stride: bytes from one row to the next, at least 3 × @width
 */
typedef struct {
  const guint8 *rgb;
  guint width;
  guint height;
  gsize stride;
} ClipPicture;

/**
 * ClipPriority:
 * @CLIP_PRIORITY_BATCH: stands still, between layers, as long as a query is under way anywhere in
 *     the process
 * @CLIP_PRIORITY_QUERY: somebody waits for the answer
 */
typedef enum {
  CLIP_PRIORITY_BATCH,
  CLIP_PRIORITY_QUERY,
} ClipPriority;

/**
 * ClipCall:
 * @cancelled: (nullable): asked between layers, from the calling thread, and from time to time
 *     while a batch stands still; returning %TRUE ends the call with %CLIP_ERROR_CANCELLED
 * @data: passed to @cancelled
 * @priority: a call without a #ClipCall is a batch
 *
 * How one encode call is to be run.
 */
typedef struct {
  gboolean (*cancelled) (gpointer data);
  gpointer data;
  ClipPriority priority;
} ClipCall;

/**
 * clip_model_encode_pictures:
 * @pictures: (array length=n): pictures of any size; each is resized and cropped to the model's
 *     square as clip_picture_square() does, unless it is that square already
 * @embeddings: (out caller-allocates): n × dims floats, each row of unit length
 * @call: (nullable): cancellation and priority
 */
gboolean clip_model_encode_pictures (ClipModel *model, const ClipPicture *pictures, gsize n,
                                     float *embeddings, const ClipCall *call, GError **error);

/* Sides of what a tower takes instead of its square are multiples of this, and a place of its last
 * feature map stands for so many pixels a side. */
#define CLIP_PLACE_SIDE 32

/* The most tiles that a picture is shown as. */
#define CLIP_TILES_MAX 8

/**
 * ClipView:
 * @CLIP_VIEW_CENTRE: the central square alone, as the reference does
 * @CLIP_VIEW_WHOLE: the whole picture as one rectangle of about the square's area (within an
 * eighth), with its own aspect as far as multiples of #CLIP_PLACE_SIDE allow; one that is longer
 * than 2:1 as a row of such rectangles of 2:1, each half over the next. For towers that take
 * rectangles.
 * @CLIP_VIEW_SQUARES: the central square where it leaves out little, up to 5:4; else as few squares
 *     in a row as cover the picture with each at least a fifth over the next: two up to 9:5, three
 *     up to 13:5
 *
 * What of a picture is shown to a tower.
 */
typedef enum {
  CLIP_VIEW_CENTRE,
  CLIP_VIEW_WHOLE,
  CLIP_VIEW_SQUARES,
} ClipView;

/**
 * clip_view_to_string:
 *
 * Returns: (transfer none): "centre", "whole" or "squares"
 */
const char *clip_view_to_string (ClipView view);

/**
 * clip_view_from_string:
 *
 * Returns: %FALSE where @text names no view; @view is then unchanged
 */
gboolean clip_view_from_string (const char *text, ClipView *view);

/**
 * ClipTiling:
 * @width: of the picture once it is resized
 * @height: likewise
 * @tile_width: of each tile
 * @tile_height: likewise
 * @n: tiles, at most #CLIP_TILES_MAX, spread evenly along the picture
 *
 * A picture as a view shows it to a tower.
 */
typedef struct {
  gsize width, height;
  guint tile_width, tile_height;
  guint n;
} ClipTiling;

/**
 * clip_tiling_init:
 * @width: of a picture, in pixels, at least 1
 * @height: likewise
 * @size: side of the model's square
 */
void clip_tiling_init (ClipTiling *tiling, ClipView view, guint width, guint height, guint size);

/**
 * clip_tiling_get_room:
 *
 * Returns: bytes that all tiles of any picture take at most, three a pixel
 */
gsize clip_tiling_get_room (ClipView view, guint size);

/**
 * clip_picture_tile:
 * @tiling: of the picture's size
 * @index: of the tile: where their number is odd, first the one in the middle, then the others from
 *     the left or from the top; else all from there
 * @tile: (out caller-allocates): tile_width × tile_height × 3 bytes
 *
 * Makes one tile of a picture, without the others.
 */
gboolean clip_picture_tile (const ClipPicture *picture, const ClipTiling *tiling, guint index,
                            guint8 *tile, GError **error);

/**
 * clip_model_encode_tiles:
 * @tiles: (array length=n): pictures that are encoded as they are: tiles of clip_picture_tile(),
 *     where the model takes rectangles, or squares of its image size
 * @embeddings: (out caller-allocates): n × dims floats, each row of unit length
 * @call: (nullable): cancellation and priority
 */
gboolean clip_model_encode_tiles (ClipModel *model, const ClipPicture *tiles, gsize n,
                                  float *embeddings, const ClipCall *call, GError **error);

/**
 * ClipPlaces:
 * @columns: places from left to right; each has an equal share of the picture's width
 * @rows: places from top to bottom; each has an equal share of the picture's height
 * @embeddings: rows × columns × dims floats, each embedding of unit length
 *
 * What is where in a picture: the embedding of each place, to be compared with a text's.
 */
typedef struct {
  guint columns, rows;
  float *embeddings;
} ClipPlaces;

void clip_places_free (ClipPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipPlaces, clip_places_free)

/**
 * clip_model_encode_places:
 * @picture: of any size; all of it is seen, resized as #ClipTiling says
 * @call: (nullable): cancellation and priority
 *
 * Applies the head of the image tower at every place of its last feature map instead of after the
 * mean over them. Where the map is the same everywhere, each place has the embedding that the tile
 * has.
 *
 * Returns: (transfer full): the places; %NULL with %CLIP_ERROR_UNSUPPORTED where the model does not
 *     take rectangles
 */
ClipPlaces *clip_model_encode_places (ClipModel *model, const ClipPicture *picture,
                                      const ClipCall *call, GError **error);

/**
 * clip_model_encode_texts:
 * @texts: (array length=n): UTF-8, cleaned and tokenised as OpenCLIP does; cut at the context
 * @embeddings: (out caller-allocates): n × dims floats, each row of unit length
 * @call: (nullable): cancellation and priority
 */
gboolean clip_model_encode_texts (ClipModel *model, const char *const *texts, gsize n,
                                  float *embeddings, const ClipCall *call, GError **error);

/**
 * clip_model_tokenize:
 * @text: UTF-8
 * @n_ids: (out): number of ids
 *
 * Returns: (transfer full) (array length=n_ids): ids with start and end of text, without
 *     padding, at most context_length of them; free with g_free()
 */
guint32 *clip_model_tokenize (ClipModel *model, const char *text, gsize *n_ids, GError **error);

/**
 * clip_picture_square:
 * @size: side of the square
 * @square: (out caller-allocates): size × size × 3 bytes
 *
 * The reference preprocessing up to normalisation: bicubic resize of the short side to @size
 * and central crop, bit for bit as Pillow and torchvision do it (8-bit, antialiased).
 */
gboolean
clip_picture_square (const ClipPicture *picture, guint size, guint8 *square, GError **error);

/* ---- The processor ----------------------------------------------------------------------- */

/**
 * clip_cpu_isa:
 *
 * Returns: (transfer none): the instruction sets in use, e.g. "avx512 bf16 vnni"; "scalar" where
 *     there are none. The environment variable INKLING_CPU_MASK lowers them (a comma-separated
 *     list out of scalar, avx2, avx512, bf16, vnni, avxvnni, neon: only what is named is used).
 */
const char *clip_cpu_isa (void);

/**
 * clip_cpu_measure_peak:
 *
 * Measures what @threads threads reach together in multiply-adds on registers alone, at
 * @precision. Takes about 0.1 seconds.
 *
 * Returns: operations a second (two for a multiply-add)
 */
double clip_cpu_measure_peak (guint threads, ClipPrecision precision);

/**
 * clip_cpu_measure_read:
 * @threads: 0 for one a processor
 * @bytes: how much is read in a round; for the speed of memory more than the caches hold
 *
 * Measures how fast @threads threads read memory together.
 *
 * Returns: bytes a second; 0 where there is not enough memory
 */
double clip_cpu_measure_read (guint threads, gsize bytes);

G_END_DECLS
