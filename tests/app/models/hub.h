/* hub.h: a server on the loopback interface that gives out a model folder as the hub does: each
 * file by a redirect to another address, with its size and hash in the first answer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is wrong with it; zero for nothing. */
typedef struct {
  guint cut_after;       /* bytes of a body, after which the connection is closed */
  guint most_cuts;       /* how often */
  guint stall_after;     /* bytes of a body, after which nothing more comes */
  gboolean no_ranges;    /* a part is asked for, and all is given */
  gboolean wrong_range;  /* another part is given than is asked for */
  gboolean wrong_hash;   /* the stated hash is another file's */
  gboolean too_long;     /* more comes than was stated */
  gboolean round;        /* redirects that end nowhere */
  gboolean to_elsewhere; /* a redirect to plain HTTP on another host */
  gboolean huge;         /* a petabyte is stated */
  guint status;          /* instead of every file */
} HubFaults;

typedef struct _Hub Hub;

Hub *hub_new (const char *folder);

/* The same over HTTPS. @certificate: a PEM file with its certificate and its key */
Hub *hub_new_secure (const char *folder, const char *certificate);
void hub_free (Hub *hub);
const char *hub_get_address (const Hub *hub);

/* To be changed between downloads only. */
HubFaults *hub_get_faults (Hub *hub);

/* Bytes of bodies that were given out since the last call. */
guint64 hub_take_bytes (Hub *hub);

G_END_DECLS
