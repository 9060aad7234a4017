/* cmd-export.c: export: the library as JSON lines, CSV or, for the embeddings, a NumPy array. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/atomic-file.h"
#include "base/local-time.h"
#include "base/path.h"
#include "cli/cli.h"

typedef struct {
  char *format, *output;
} ExportOptions;

typedef gboolean (*WriteFunc) (InkCli *cli, InkLibrary *library, FILE *file, GError **error);

/* ---- Photos: JSON lines and CSV ---------------------------------------------------------- */

/* One photo on its way out: its values one after the other, with their names where they are
 * written. */
typedef struct {
  FILE *file;
  gboolean csv, names; /* names: the first line of CSV */
  InkJson json;
  GString *line;
} Row;

static void
begin_row (Row *row)
{
  g_string_truncate (row->line, 0);
  if (row->csv)
    return;
  ink_json_init (&row->json);
  ink_json_open (&row->json, '{');
}

/* Quoted where it must be (RFC 4180). */
static void
append_cell (GString *line, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value != NULL ? value : "", -1);

  if (line->len > 0)
    g_string_append_c (line, ',');
  if (strpbrk (valid, ",\"\r\n") == NULL) {
    g_string_append (line, valid);
    return;
  }
  g_auto (GStrv) parts = g_strsplit (valid, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);
  g_string_append_printf (line, "\"%s\"", doubled);
}

static void
put_string (Row *row, const char *key, const char *value)
{
  if (row->csv)
    append_cell (row->line, row->names ? key : value);
  else
    ink_json_string (&row->json, key, value);
}

static void
put_integer (Row *row, const char *key, gint64 value)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  if (row->csv)
    append_cell (row->line, row->names ? key : digits);
  else
    ink_json_integer (&row->json, key, value);
}

static void
end_row (Row *row)
{
  if (!row->csv) {
    ink_json_close (&row->json, '}');
    ink_json_write (&row->json, row->file);
    return;
  }
  g_string_append (row->line, "\r\n");
  fwrite (row->line->str, 1, row->line->len, row->file);
}

static char *
make_hex (const guint8 *key)
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < INK_CONTENT_KEY_SIZE; i++)
    g_string_append_printf (hex, "%02x", key[i]);
  return g_string_free (hex, FALSE);
}

static gboolean
write_photo (const InkPhoto *photo, gpointer data)
{
  static const char *const states[] = {NULL, "ok", "failed", "unsupported"};
  Row *row = data;
  g_autofree char *path = ink_photo_get_path (photo);
  g_autofree char *uri = ink_path_to_uri (path);
  g_autofree char *modified = ink_local_time_format (photo->stamp.mtime_ns / 1000000000);
  g_autofree char *colour = g_strdup_printf ("#%06x", photo->colour);
  g_autofree char *phash = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", photo->phash);
  g_autofree char *key = photo->content_key != NULL ? make_hex (photo->content_key) : NULL;
  gboolean known = photo->width > 0;

  begin_row (row);
  put_integer (row, "id", photo->id);
  put_string (row, "path", path);
  put_string (row, "uri", uri);
  put_string (row, "state", states[photo->state]);
  put_string (row, "code", photo->failure_code);
  put_string (row, "reason", photo->failure_reason);
  put_string (row, "type", photo->type);
  put_integer (row, "bytes", photo->stamp.size);
  put_string (row, "modified", modified);
  put_string (row, "taken", photo->taken);
  put_integer (row, "width", photo->width);
  put_integer (row, "height", photo->height);
  put_string (row, "colour", known ? colour : NULL);
  put_string (row, "phash", known ? phash : NULL);
  put_string (row, "content_key", key);
  end_row (row);
  return !ferror (row->file);
}

static gboolean
write_photos (InkLibrary *library, FILE *file, gboolean csv, GError **error)
{
  static const InkPhoto nothing = {.folder_path = (char *)"/", .path = (char *)"a", .state = 1};
  g_autoptr (GString) line = g_string_new (NULL);
  Row row = {.file = file, .csv = csv, .names = csv, .line = line};

  if (csv)
    write_photo (&nothing, &row);
  row.names = FALSE;
  return ink_library_for_each_photo (library, write_photo, &row, error);
}

static gboolean
write_jsonl (InkCli *cli, InkLibrary *library, FILE *file, GError **error)
{
  return write_photos (library, file, FALSE, error);
}

static gboolean
write_csv (InkCli *cli, InkLibrary *library, FILE *file, GError **error)
{
  return write_photos (library, file, TRUE, error);
}

/* ---- Embeddings: .npy -------------------------------------------------------------------- */

/* The header is padded to this, so that the number of rows can be filled in at the end. */
#define NPY_HEADER 192

typedef struct {
  FILE *file;
  gsize n;
  guint dims;
} Array;

/* NumPy's format 1.0: magic, version, length of the rest, and a Python literal. */
static void
write_header (const Array *array)
{
  g_autofree char *description =
      g_strdup_printf ("{'descr': [('id', '<i8'), ('embedding', '<f2', (%u,))], "
                       "'fortran_order': False, 'shape': (%" G_GSIZE_FORMAT ",), }",
                       array->dims, array->n);

  fwrite ("\x93NUMPY\x01\x00", 1, 8, array->file);
  fputc ((NPY_HEADER - 10) & 255, array->file);
  fputc ((NPY_HEADER - 10) >> 8, array->file);
  fprintf (array->file, "%-*s\n", NPY_HEADER - 11, description);
}

static gboolean
write_row (gint64 photo, const guint16 *half, guint dims, gpointer data)
{
  Array *array = data;

  /* Little-endian, as is all that this program runs on. */
  fwrite (&photo, sizeof photo, 1, array->file);
  fwrite (half, sizeof *half, dims, array->file);
  array->n++;
  return !ferror (array->file);
}

/* Into a file whose beginning can be written again. */
static gboolean
write_array (InkCli *cli, InkLibrary *library, FILE *file, GError **error)
{
  Array array = {.file = file};

  write_header (&array);
  if (!ink_library_for_each_embedding (library, write_row, &array, &array.dims,
                                       ink_cli_cancellable (cli), error))
    return FALSE;
  rewind (file);
  write_header (&array);
  return TRUE;
}

static gboolean
copy_file (FILE *from, FILE *to)
{
  char bytes[65536];
  gsize n;

  rewind (from);
  while ((n = fread (bytes, 1, sizeof bytes, from)) > 0)
    if (fwrite (bytes, 1, n, to) != n)
      return FALSE;
  return !ferror (from);
}

static gboolean
write_npy (InkCli *cli, InkLibrary *library, FILE *file, GError **error)
{
  if (file != stdout)
    return write_array (cli, library, file, error);

  FILE *temporary = tmpfile ();
  gboolean done = temporary != NULL && write_array (cli, library, temporary, error);
  if (temporary == NULL || (done && !copy_file (temporary, file))) {
    ink_set_error_from_errno (error, errno, "The embeddings can't be put together in %s",
                              g_get_tmp_dir ());
    done = FALSE;
  }
  if (temporary != NULL)
    fclose (temporary);
  return done;
}

/* ---- The file ---------------------------------------------------------------------------- */

/* Ends the writing of a file; @ok: whether all went well so far. */
static gboolean
finish_file (FILE *file, gboolean ok, const char *path, GError **error)
{
  gboolean written = ok && fflush (file) == 0 && !ferror (file) && fsync (fileno (file)) == 0;
  int errsv = errno;

  if (fclose (file) != 0 && written) {
    written = FALSE;
    errsv = errno;
  }
  if (ok && !written) {
    g_autofree char *display = ink_path_display (path);
    ink_set_error_from_errno (error, errsv, "Can't write %s", display);
  }
  return written;
}

/* Beside @path first: an export that fails leaves what was there. */
static gboolean
write_file (InkCli *cli, InkLibrary *library, WriteFunc write, const char *path, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  FILE *file = fd >= 0 ? fdopen (fd, "w+b") : NULL;

  if (file == NULL) {
    g_autofree char *display = ink_path_display (path);
    ink_set_error_from_errno (error, errno, "Can't write %s", display);
    return FALSE;
  }
  gboolean ok = write (cli, library, file, error);
  if (finish_file (file, ok, path, error) && ink_atomic_file_rename (temporary, path, error))
    return TRUE;
  g_unlink (temporary);
  return FALSE;
}

static int
run_export (InkCli *cli, gpointer data, int argc, char **argv)
{
  static const struct {
    const char *name;
    WriteFunc write;
  } formats[] = {{"jsonl", write_jsonl}, {"csv", write_csv}, {"npy", write_npy}};
  const ExportOptions *options = data;
  const char *format = options->format != NULL ? options->format : "jsonl";
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  gsize i = 0;

  while (i < G_N_ELEMENTS (formats) && strcmp (format, formats[i].name) != 0)
    i++;
  if (i == G_N_ELEMENTS (formats))
    return ink_cli_usage (cli, "--format is jsonl, csv or npy, not “%s”", format);
  if (options->output != NULL && (output = ink_cli_path (cli, options->output)) == NULL)
    return cli->status;
  if (output == NULL && strcmp (format, "npy") == 0 && isatty (STDOUT_FILENO))
    return ink_cli_usage (cli, "an array is nothing for a terminal: give --output FILE");
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  if (library == NULL)
    return cli->status;
  gboolean done = output != NULL ? write_file (cli, library, formats[i].write, output, &error)
                                 : formats[i].write (cli, library, stdout, &error);
  return done ? cli->status : ink_cli_fail (cli, g_steal_pointer (&error), options->output);
}

static void
add_export_options (GOptionContext *context, gpointer data)
{
  ExportOptions *options = data;
  const GOptionEntry entries[] = {
      {"format", 0, 0, G_OPTION_ARG_FILENAME, &options->format,
       "jsonl (default) or csv: the photos; npy: their embeddings", "FORMAT"},
      {"output", 0, 0, G_OPTION_ARG_FILENAME, &options->output, "To this file (default: stdout)",
       "FILE"},
      {NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
clear_export_options (gpointer data)
{
  ExportOptions *options = data;

  g_free (options->format);
  g_free (options->output);
}

const InkCommand ink_command_export = {
    .name = "export",
    .arguments = "",
    .summary = "Print what the library knows of its photos, or their embeddings",
    .description =
        "npy is a NumPy array of records with the fields id, which is that of the photos, "
        "and embedding (float16),\none for each square that a photo was seen in. A file that is "
        "there "
        "already is replaced when all is\nwritten.\n",
    .run = run_export,
    .options_size = sizeof (ExportOptions),
    .add_options = add_export_options,
    .clear_options = clear_export_options,
};
