/* cli.h: what the commands of inkling-cli share: the global options, opening the library, and how
 * results and errors are told. */
#pragma once

#include "cli/json.h"
#include "library/library.h"

G_BEGIN_DECLS

/* One call of the program. */
typedef struct {
  InkLibraryOptions library; /* --library, --model, --image-size, --threads, --precision */
  gboolean json;
  gboolean quiet;
  const char *command;       /* for messages; "" before it is known */
  int status;                /* the worst so far */
  GCancellable *cancellable; /* see ink_cli_cancellable() */
} InkCli;

typedef struct {
  const char *name;
  const char *arguments;   /* "FOLDER…", for the usage line */
  const char *summary;     /* one line */
  const char *description; /* (nullable): shown below the options by --help */
  guint min_arguments, max_arguments;

  /* Run with what @add_options parsed into and the words that are no options, argv[0 … argc−1].
   * Returns the exit status, unless a worse one was recorded by ink_cli_fail(). */
  int (*run) (InkCli *cli, gpointer options, int argc, char **argv);

  /* (nullable): the command's own options, parsed into @options: zeroed memory of @options_size,
   * emptied by @clear_options. */
  gsize options_size;
  void (*add_options) (GOptionContext *context, gpointer options);
  void (*clear_options) (gpointer options);
} InkCommand;

/* A command's table entry; each file of commands exports its own. */
extern const InkCommand ink_command_index;
extern const InkCommand ink_command_retry;
extern const InkCommand ink_command_failed;
extern const InkCommand ink_command_forget;
extern const InkCommand ink_command_watch;
extern const InkCommand ink_command_search;
extern const InkCommand ink_command_similar;
extern const InkCommand ink_command_saved;
extern const InkCommand ink_command_duplicates;
extern const InkCommand ink_command_export;
extern const InkCommand ink_command_embed;
extern const InkCommand ink_command_tokenize;
extern const InkCommand ink_command_classify;
extern const InkCommand ink_command_models;
extern const InkCommand ink_command_status;
extern const InkCommand ink_command_check;
extern const InkCommand ink_command_bench;

/* Opens the library; %NULL after the error was told. */
InkLibrary *ink_cli_open (InkCli *cli);

/* The engine's model of @library; %NULL after the error was told. */
ClipModel *ink_cli_get_model (InkCli *cli, InkLibrary *library);

/* Tells @error (on stderr, or as a JSON object on stdout with --json), frees it and records its
 * exit status. @input: (nullable): what it happened with. Returns the exit status. */
int ink_cli_fail (InkCli *cli, GError *error, const char *input);

/* ink_cli_fail() for wrong usage. */
int ink_cli_usage (InkCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A line for people on stdout, unless --json; control characters in it are made visible, since
 * file names may hold any. */
void ink_cli_print (InkCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A line for people on stderr, unless --quiet. */
void ink_cli_note (InkCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* FALSE after telling that one of @texts (%NULL-terminated, nullable) is not UTF-8. */
gboolean ink_cli_check_texts (InkCli *cli, const char *const *texts);

/* The absolute path of a path or file:// URI from the command line; %NULL after the error was told.
 * Any other scheme is a file with an odd name: nothing here reads from a network. */
char *ink_cli_path (InkCli *cli, const char *argument);

/* Writes the keys "path" (lossy UTF-8) and "uri" (exact). */
void ink_cli_json_path (InkJson *json, const char *path);

/* A cancellable that SIGINT and SIGTERM trigger, from the first call on. */
GCancellable *ink_cli_cancellable (InkCli *cli);

G_END_DECLS
