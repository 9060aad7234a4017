/* test-decode-helper.c: a helper that crashes, hangs or lies costs one picture and no more. The
 * helper here is misbehaving-decoder.c, and a "picture" is a text that tells it what to do. */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "decode/decoder.h"
#include "support/folder.h"

/* Long enough for an answer from a busy machine, short enough to wait for a hanging helper. */
#define TIME_LIMIT 1000

static const InkDecodeRequest request = {.square = 2, .thumbnail = 16, .pixels = 4};

static InkDecoded *
decode (InkDecoder *decoder, const char *command, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (command, strlen (command));
  return ink_decoder_decode_bytes (decoder, bytes, &request, cancellable, error);
}

/* Returns: the process that answered */
static guint32
expect_good (InkDecoder *decoder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkDecoded) decoded = decode (decoder, "good", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (decoded->type, ==, "png");
  g_assert_cmpuint (g_bytes_get_size (decoded->tiles), ==, 12);
  g_assert_cmpuint (g_bytes_get_size (decoded->pixels), ==, 3);
  g_assert_cmpuint (g_bytes_get_size (decoded->thumbnail), ==, 4);
  return decoded->colour;
}

static void
expect_no_children (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

/* The helper fails on this one picture, is replaced, and the next picture is fine. */
static void
expect_failure (const char *command, int code)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (GError) error = NULL;

  ink_decoder_set_time_limit (decoder, code == INK_ERROR_TIMEOUT ? TIME_LIMIT : 60000);
  guint32 before = expect_good (decoder);
  g_assert_null (decode (decoder, command, NULL, &error));
  g_test_message ("%s: %s", command, error->message);
  g_assert_error (error, INK_ERROR, code);
  guint32 after = expect_good (decoder);
  g_assert_cmpuint (before, !=, after);
  g_assert_cmpuint (expect_good (decoder), ==, after);
  g_clear_object (&decoder);
  expect_no_children ();
}

static void
test_ends (void)
{
  expect_failure ("crash", INK_ERROR_DECODER);
  expect_failure ("exit", INK_ERROR_DECODER);
  expect_failure ("close", INK_ERROR_DECODER);
}

static void
test_hangs (void)
{
  expect_failure ("hang", INK_ERROR_TIMEOUT);
}

/* A helper that can't be ended is left alone; the next picture goes to another. */
static void
test_stuck (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *stuck = g_build_filename (folder, "stuck", NULL);
  g_autofree char *command = g_strconcat ("stuck:", stuck, NULL);
  g_autoptr (GError) error = NULL;

  ink_decoder_set_time_limit (decoder, TIME_LIMIT);
  guint32 before = expect_good (decoder);
  g_assert_null (decode (decoder, command, NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_TIMEOUT);
  if (!g_file_test (stuck, G_FILE_TEST_EXISTS))
    g_test_skip ("this system lets no process trace another");
  ink_decoder_set_time_limit (decoder, 60000);
  g_assert_cmpuint (expect_good (decoder), !=, before);
  g_clear_object (&decoder);

  /* Still there, and gone once it can be. */
  if (g_file_test (stuck, G_FILE_TEST_EXISTS))
    g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, 0);
  g_unlink (stuck);
  while (waitpid (-1, NULL, WNOHANG) == 0)
    g_usleep (1000);
  expect_no_children ();
}

static void
test_lies (void)
{
  static const char *const lies[] = {
      "short",
      "long",
      "lie:magic",
      "lie:job",
      "lie:status",
      "lie:no format",
      "lie:format",
      "lie:no width",
      "lie:height",
      "lie:no orientation",
      "lie:orientation",
      "lie:colour",
      "lie:taken",
      "lie:endless taken",
      "lie:endless camera",
      "lie:aperture",
      "lie:exposure",
      "lie:latitude",
      "lie:altitude",
      "lie:camera facts",
      "lie:no thumbnail",
      "lie:thumbnail size",
      "lie:thumbnail",
      "lie:pixels width",
      "lie:pixels height",
      "lie:no pixels",
      "lie:no tiles",
      "lie:too many tiles",
      "lie:tile width",
      "lie:tile height",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    expect_failure (lies[i], INK_ERROR_DECODER);
}

/* An answer more than there are pictures is not taken for the next picture's. */
static void
test_answers_twice (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (InkDecoded) decoded = decode (decoder, "twice", NULL, NULL);
  g_assert_nonnull (decoded);
  /* Whether the second answer is seen before the next job or only in it, the helper is not used
   * any further than that. */
  g_autoptr (GError) error = NULL;
  g_autoptr (InkDecoded) next = decode (decoder, "good", NULL, &error);
  if (next == NULL)
    g_assert_error (error, INK_ERROR, INK_ERROR_DECODER);
  else
    g_assert_cmpuint (next->colour, !=, decoded->colour);
  g_assert_cmpuint (expect_good (decoder), !=, decoded->colour);
}

/* Whatever a helper says for people arrives as harmless text. */
static void
test_words (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (GError) error = NULL;

  g_assert_null (decode (decoder, "detail", NULL, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_DAMAGED);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *at = error->message; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
  g_assert_nonnull (strstr (error->message, "red"));

  g_autofree char *sandbox = ink_decoder_get_sandbox (decoder, NULL);
  g_assert_true (g_utf8_validate (sandbox, -1, NULL));
  g_auto (GStrv) formats = ink_decoder_get_formats (decoder, NULL);
  g_assert_cmpuint (g_strv_length (formats), ==, 9);
}

/* So does what it says of a camera: one line, without what could turn or colour the text. */
static void
test_camera (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (InkDecoded) decoded = decode (decoder, "camera", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (decoded->camera.model, ==, "[31mK\xef\xbf\xbdnig   7");
  g_assert_null (decoded->camera.make);
}

/* The memory files keep their sizes, and the picture its bytes, whatever the helper tries. */
static void
test_seals (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autoptr (GError) error = NULL;

  g_autoptr (InkDecoded) resized = decode (decoder, "resize", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (resized->colour, ==, 0);
  g_autoptr (InkDecoded) written = decode (decoder, "write", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (written->colour, ==, 0);
}

/* ---- Starting ------------------------------------------------------------------------------ */

static void
expect_no_start (const char *how, const char *words)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);

  g_setenv ("MISBEHAVE_AT_START", how, TRUE);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (decode (decoder, "good", NULL, &error));
    g_test_message ("%s", error->message);
    g_assert_error (error, INK_ERROR, INK_ERROR_DECODER);
    g_assert_nonnull (strstr (error->message, words));
  }
  g_unsetenv ("MISBEHAVE_AT_START");
  /* As soon as the helper is mended, the same pool works. */
  expect_good (decoder);
}

static void
test_starting (void)
{
  expect_no_start ("exit", "exit status 1");
  expect_no_start ("version", "another version");
  expect_no_start ("short", "makes no sense");

  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  g_autofree char *given = g_strdup (g_getenv ("INKLING_DECODER_DIR"));
  g_autoptr (GError) error = NULL;
  g_setenv ("INKLING_DECODER_DIR", "/nonexistent", TRUE);
  g_assert_null (ink_decoder_get_formats (decoder, &error));
  g_assert_error (error, INK_ERROR, INK_ERROR_DECODER);
  g_assert_nonnull (strstr (error->message, "/nonexistent/inkling-decoder"));
  g_setenv ("INKLING_DECODER_DIR", given, TRUE);
}

/* ---- Killed and cancelled in the middle ---------------------------------------------------- */

typedef struct {
  InkDecoder *decoder;
  char *command;
  GCancellable *cancellable;
  GError *error;
} Job;

static gpointer
run_job (gpointer data)
{
  Job *job = data;
  g_assert_null (decode (job->decoder, job->command, job->cancellable, &job->error));
  return NULL;
}

static void
wait_for_file (const char *path)
{
  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_usleep (2000);
}

/* Ends the helper that has written its number to @path. */
static void
kill_announced (const char *path)
{
  g_autofree char *number = NULL;

  do {
    g_clear_pointer (&number, g_free);
    wait_for_file (path);
    g_assert_true (g_file_get_contents (path, &number, NULL, NULL));
  } while (strchr (number, '\n') == NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (kill ((pid_t)g_ascii_strtoll (number, NULL, 10), SIGKILL), ==, 0);
}

/* A picture whose helper is ended by somebody gets another one, and one more only. */
static void
test_killed (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "under-way", NULL);
  Job job = {ink_decoder_new (1), g_strconcat ("announce:", path, NULL), NULL, NULL};
  guint32 helper = expect_good (job.decoder);

  GThread *thread = g_thread_new ("job", run_job, &job);
  kill_announced (path);
  kill_announced (path);
  g_thread_join (thread);
  g_assert_error (job.error, INK_ERROR, INK_ERROR_DECODER);
  g_assert_cmpuint (expect_good (job.decoder), !=, helper);
  g_clear_error (&job.error);
  g_object_unref (job.decoder);
  g_free (job.command);
}

/* What someone looks at does not wait for the helpers that others keep busy. */
static void
test_urgent (void)
{
  static const InkDecodeRequest urgent = {.pixels = 4, .urgent = TRUE};
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "under-way", NULL);
  Job job = {ink_decoder_new (1), g_strconcat ("announce:", path, NULL), g_cancellable_new (),
             NULL};
  g_autoptr (GBytes) bytes = g_bytes_new_static ("good", strlen ("good"));
  g_autoptr (GError) error = NULL;

  GThread *thread = g_thread_new ("job", run_job, &job);
  wait_for_file (path);
  g_autoptr (InkDecoded) decoded =
      ink_decoder_decode_bytes (job.decoder, bytes, &urgent, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (decoded);

  g_cancellable_cancel (job.cancellable);
  g_thread_join (thread);
  g_assert_error (job.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&job.error);
  g_object_unref (job.cancellable);
  g_object_unref (job.decoder);
  g_free (job.command);
}

/* One that is killed while it waits is replaced without anybody noticing. */
static void
test_killed_idle (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  guint32 helper = expect_good (decoder);

  g_assert_cmpint (kill ((pid_t)helper, SIGKILL), ==, 0);
  siginfo_t info;
  g_assert_cmpint (waitid (P_PID, helper, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_cmpuint (expect_good (decoder), !=, helper);
}

static void
test_cancelled (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "under-way", NULL);
  Job job = {ink_decoder_new (1), g_strconcat ("announce:", path, NULL), g_cancellable_new (),
             NULL};
  Job waiting = {job.decoder, g_strdup ("good"), g_cancellable_new (), NULL};

  GThread *thread = g_thread_new ("job", run_job, &job);
  wait_for_file (path);
  /* The only helper is taken: this one waits for it and is cancelled first. */
  GThread *second = g_thread_new ("waiting", run_job, &waiting);
  g_cancellable_cancel (waiting.cancellable);
  g_thread_join (second);
  g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_cancellable_cancel (job.cancellable);
  g_thread_join (thread);
  g_assert_error (job.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  expect_good (job.decoder);

  /* Cancelled before it began: the helper is none the worse. */
  guint32 helper = expect_good (job.decoder);
  g_clear_error (&job.error);
  g_assert_null (decode (job.decoder, "good", job.cancellable, &job.error));
  g_assert_error (job.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (expect_good (job.decoder), ==, helper);

  g_clear_error (&job.error);
  g_clear_error (&waiting.error);
  g_object_unref (job.cancellable);
  g_object_unref (waiting.cancellable);
  g_object_unref (job.decoder);
  g_free (job.command);
  g_free (waiting.command);
  expect_no_children ();
}

/* ---- Many ---------------------------------------------------------------------------------- */

/* A helper is replaced after 500 pictures. */
static void
test_replaced (void)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (1);
  guint32 helper = expect_good (decoder);
  guint jobs = 1;

  while (expect_good (decoder) == helper)
    jobs++;
  g_assert_cmpuint (jobs, ==, 500);
}

typedef struct {
  InkDecoder *decoder;
  GMutex mutex;
  GHashTable *helpers;
} Crowd;

static gpointer
run_crowd (gpointer data)
{
  Crowd *crowd = data;
  for (guint i = 0; i < 30; i++) {
    guint32 helper = expect_good (crowd->decoder);
    g_mutex_lock (&crowd->mutex);
    g_hash_table_add (crowd->helpers, GUINT_TO_POINTER (helper));
    g_mutex_unlock (&crowd->mutex);
  }
  return NULL;
}

/* Many threads share a few helpers. */
static void
test_threads (void)
{
  Crowd crowd = {.decoder = ink_decoder_new (3), .helpers = g_hash_table_new (NULL, NULL)};
  GThread *threads[12];

  g_mutex_init (&crowd.mutex);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("crowd", run_crowd, &crowd);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (g_hash_table_size (crowd.helpers), >=, 1);
  g_assert_cmpuint (g_hash_table_size (crowd.helpers), <=, 3);
  g_hash_table_unref (crowd.helpers);
  g_mutex_clear (&crowd.mutex);
  g_object_unref (crowd.decoder);
  expect_no_children ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/helper/ends", test_ends);
  g_test_add_func ("/decode/helper/hangs", test_hangs);
  g_test_add_func ("/decode/helper/stuck", test_stuck);
  g_test_add_func ("/decode/helper/lies", test_lies);
  g_test_add_func ("/decode/helper/answers-twice", test_answers_twice);
  g_test_add_func ("/decode/helper/words", test_words);
  g_test_add_func ("/decode/helper/camera", test_camera);
  g_test_add_func ("/decode/helper/urgent", test_urgent);
  g_test_add_func ("/decode/helper/seals", test_seals);
  g_test_add_func ("/decode/helper/starting", test_starting);
  g_test_add_func ("/decode/helper/killed", test_killed);
  g_test_add_func ("/decode/helper/killed-idle", test_killed_idle);
  g_test_add_func ("/decode/helper/cancelled", test_cancelled);
  g_test_add_func ("/decode/helper/replaced", test_replaced);
  g_test_add_func ("/decode/helper/threads", test_threads);
  return g_test_run ();
}
