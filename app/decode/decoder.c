/* decoder.c: the pool of decoder helpers (decoder.h). */
#include "config.h"

#include "decode/decoder.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "decode/decoded.h"
#include "decode/helper.h"
#include "decode/open.h"

/* A helper is replaced after so many pictures: what their libraries leak goes with it. */
#define JOBS_PER_HELPER 500

#define DEFAULT_MILLISECONDS 30000

/* So many more may be started for what is urgent: a picture that is looked at and the next. */
#define URGENT_HELPERS 2

struct _InkDecoder {
  GObject parent_instance;

  guint most;        /* helpers at a time */
  gint milliseconds; /* a picture may take; atomic */
  GMutex mutex;      /* protects what follows */
  GCond returned;    /* a helper is free, or one less is running */
  guint running;     /* borrowed and idle ones */
  GQueue idle;       /* of InkHelper */
};

G_DEFINE_FINAL_TYPE (InkDecoder, ink_decoder, G_TYPE_OBJECT)

static void
ink_decoder_finalize (GObject *object)
{
  InkDecoder *decoder = INK_DECODER (object);

  g_queue_clear_full (&decoder->idle, (GDestroyNotify)ink_helper_stop);
  g_mutex_clear (&decoder->mutex);
  g_cond_clear (&decoder->returned);
  G_OBJECT_CLASS (ink_decoder_parent_class)->finalize (object);
}

static void
ink_decoder_class_init (InkDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ink_decoder_finalize;
}

static void
ink_decoder_init (InkDecoder *decoder)
{
  decoder->milliseconds = DEFAULT_MILLISECONDS;
  g_mutex_init (&decoder->mutex);
  g_cond_init (&decoder->returned);
  g_queue_init (&decoder->idle);
}

InkDecoder *
ink_decoder_new (guint helpers)
{
  InkDecoder *decoder = g_object_new (INK_TYPE_DECODER, NULL);
  decoder->most = helpers != 0 ? helpers : g_get_num_processors ();
  return decoder;
}

void
ink_decoder_set_time_limit (InkDecoder *decoder, guint milliseconds)
{
  g_atomic_int_set (&decoder->milliseconds, (gint)milliseconds);
}

/* ---- Lending helpers ----------------------------------------------------------------------- */

static void
wake_waiters (GCancellable *cancellable, gpointer data)
{
  InkDecoder *decoder = data;

  g_mutex_lock (&decoder->mutex);
  g_cond_broadcast (&decoder->returned);
  g_mutex_unlock (&decoder->mutex);
}

/* Waits for a helper to be free or for room to start one.
 * @idle: (out) (nullable): %NULL where the caller is to start one
 * Returns: %FALSE if cancelled first */
static gboolean
reserve (InkDecoder *decoder, gboolean urgent, InkHelper **idle, GCancellable *cancellable)
{
  guint most = decoder->most + (urgent ? URGENT_HELPERS : 0);
  gulong handler =
      cancellable == NULL
          ? 0
          : g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), decoder, NULL);
  g_mutex_lock (&decoder->mutex);
  while (g_queue_is_empty (&decoder->idle) && decoder->running >= most &&
         !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&decoder->returned, &decoder->mutex);
  gboolean reserved = !g_cancellable_is_cancelled (cancellable);
  if (reserved) {
    /* The one used last: the others' memory may as well be paged out. */
    *idle = g_queue_pop_head (&decoder->idle);
    if (*idle == NULL)
      decoder->running++;
  }
  g_mutex_unlock (&decoder->mutex);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return reserved;
}

/* Gives a helper back; %NULL for one that has ended. */
static void
give_back (InkDecoder *decoder, InkHelper *helper)
{
  g_mutex_lock (&decoder->mutex);
  if (helper != NULL)
    g_queue_push_head (&decoder->idle, helper);
  else
    decoder->running--;
  g_cond_signal (&decoder->returned);
  g_mutex_unlock (&decoder->mutex);
}

static InkHelper *
borrow (InkDecoder *decoder, gboolean urgent, GCancellable *cancellable, GError **error)
{
  g_autoptr (InkHelper) idle = NULL;

  if (!reserve (decoder, urgent, &idle, cancellable)) {
    g_cancellable_set_error_if_cancelled (cancellable, error);
    return NULL;
  }
  if (idle != NULL && ink_helper_is_waiting (idle))
    return g_steal_pointer (&idle);
  InkHelper *started = ink_helper_start (error);
  if (started == NULL)
    give_back (decoder, NULL);
  return started;
}

/* ---- Decoding ------------------------------------------------------------------------------ */

static gboolean
fill_request (const InkDecodeRequest *wanted, InkWireRequest *request, InkWireLayout *layout,
              GError **error)
{
  *request = (InkWireRequest){
      .square = wanted->square,
      .view = wanted->view,
      .thumbnail = wanted->thumbnail,
      .pixels = wanted->pixels,
      .flags = (wanted->full ? INK_WIRE_FULL : 0) |
               (wanted->has_region && !wanted->crop ? INK_WIRE_REGION : 0) |
               (wanted->has_region && wanted->crop ? INK_WIRE_CROP : 0),
  };
  for (guint i = 0; i < G_N_ELEMENTS (request->region); i++) {
    gboolean valid = !wanted->has_region || (wanted->region[i] >= 0 && wanted->region[i] <= 1);
    if (!valid) {
      g_set_error_literal (error, INK_ERROR, INK_ERROR_USAGE,
                           _ ("A region is given in fractions between 0 and 1"));
      return FALSE;
    }
    request->region[i] = wanted->has_region ? wanted->region[i] : 0;
  }
  g_return_val_if_fail (!wanted->crop || (wanted->square == 0 && wanted->thumbnail == 0), FALSE);
  if (!ink_wire_layout (request, layout)) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_USAGE,
                         _ ("A larger picture was asked for than the decoder makes"));
    return FALSE;
  }
  return TRUE;
}

/* What a picture may take, and the time to read it from a slow disk: a second for 4 MiB. */
static guint
choose_time_limit (InkDecoder *decoder, int file)
{
  struct stat facts;
  guint64 milliseconds = (guint64)g_atomic_int_get (&decoder->milliseconds);

  if (fstat (file, &facts) == 0)
    milliseconds += (guint64)facts.st_size / 4096;
  return (guint)MIN (milliseconds, G_MAXINT);
}

/* @killed: (out): somebody ended the helper meanwhile, for which the picture can't be blamed */
static InkDecoded *
try_job (InkDecoder *decoder, int file, int results, InkWireRequest *request, gboolean urgent,
         GCancellable *cancellable, gboolean *killed, GError **error)
{
  InkWireReply reply;
  g_autoptr (InkDecoded) decoded = NULL;
  g_autoptr (GError) problem = NULL;

  *killed = FALSE;
  g_autoptr (InkHelper) helper = borrow (decoder, urgent, cancellable, error);
  if (helper == NULL)
    return NULL;
  gboolean answered =
      ink_helper_run (helper, request, file, results, choose_time_limit (decoder, file),
                      cancellable, &reply, &problem);
  if (answered)
    decoded = ink_decoded_from_reply (request, &reply, results, &problem);

  *killed = ink_helper_was_killed (helper);
  gboolean sound = answered && !g_error_matches (problem, INK_ERROR, INK_ERROR_DECODER);
  if (!sound || ink_helper_get_jobs (helper) >= JOBS_PER_HELPER)
    g_clear_pointer (&helper, ink_helper_stop);
  give_back (decoder, g_steal_pointer (&helper));

  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return g_steal_pointer (&decoded);
}

/* Once more with another helper where the first one was ended by somebody. */
static InkDecoded *
run_job (InkDecoder *decoder, int file, int results, InkWireRequest *request, gboolean urgent,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean killed;
  InkDecoded *decoded =
      try_job (decoder, file, results, request, urgent, cancellable, &killed, &local);

  if (decoded == NULL && killed && !g_cancellable_is_cancelled (cancellable))
    return try_job (decoder, file, results, request, urgent, cancellable, &killed, error);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return decoded;
}

/* Takes @file over. */
static InkDecoded *
decode (InkDecoder *decoder, int file, const InkDecodeRequest *wanted, GCancellable *cancellable,
        GError **error)
{
  InkWireRequest request;
  InkWireLayout layout;
  InkDecoded *decoded = NULL;

  if (fill_request (wanted, &request, &layout, error)) {
    int results = ink_open_results (layout.size, error);
    if (results >= 0) {
      decoded = run_job (decoder, file, results, &request, wanted->urgent, cancellable, error);
      close (results);
    }
  }
  close (file);
  return decoded;
}

InkDecoded *
ink_decoder_decode_file (InkDecoder *decoder, const char *path, const InkDecodeRequest *request,
                         GCancellable *cancellable, GError **error)
{
  int file = ink_open_picture (path, !request->no_links, error);
  return file < 0 ? NULL : decode (decoder, file, request, cancellable, error);
}

InkDecoded *
ink_decoder_decode_bytes (InkDecoder *decoder, GBytes *bytes, const InkDecodeRequest *request,
                          GCancellable *cancellable, GError **error)
{
  int file = ink_open_bytes (bytes, error);
  return file < 0 ? NULL : decode (decoder, file, request, cancellable, error);
}

/* ---- What the helper says of itself -------------------------------------------------------- */

static gboolean
ask_hello (InkDecoder *decoder, InkWireHello *hello, GError **error)
{
  InkHelper *helper = borrow (decoder, FALSE, NULL, error);
  if (helper == NULL)
    return FALSE;
  *hello = *ink_helper_get_hello (helper);
  give_back (decoder, helper);
  return TRUE;
}

GStrv
ink_decoder_get_formats (InkDecoder *decoder, GError **error)
{
  InkWireHello hello;
  if (!ask_hello (decoder, &hello, error))
    return NULL;

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint format = 0; format < INK_N_FORMATS; format++)
    if ((hello.formats & 1u << format) != 0 && ink_format_get_name (format) != NULL)
      g_strv_builder_add (builder, ink_format_get_name (format));
  return g_strv_builder_end (builder);
}

char *
ink_decoder_get_sandbox (InkDecoder *decoder, GError **error)
{
  InkWireHello hello;
  if (!ask_hello (decoder, &hello, error))
    return NULL;
  return g_utf8_make_valid (hello.sandbox, -1);
}
