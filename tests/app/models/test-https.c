/* test-https.c: the certificates of a hub, and proxies. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/models/hub.h"
#include "app/models/tunnel.h"
#include "base/error.h"
#include "models/download.h"
#include "models/models.h"
#include "support/folder.h"
#include "support/make-model.h"

#define OFFER "ViT-B-32-laion2b"
#define NAME "models.test" /* nobody has it: only a proxy can lead there */

typedef struct {
  TestFolder *directory;
  char *model;
  char *good, *foreign; /* certificates with their keys: of 127.0.0.1 and NAME, and of another */
  InkStore *store;
} Fixture;

/* Returns: %NULL where there is no openssl */
static char *
make_certificate (const char *folder, const char *file, const char *names, const char *days)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  const char *const command[] = {
      "openssl", "req",   "-x509",    "-newkey", "ec",  "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes",  "-subj", "/CN=test", "-addext", names, "-days",    days,
      "-keyout", path,    "-out",     "-",       NULL};
  g_autofree char *certificate = NULL, *key = NULL;
  int status = 1;

  if (!g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, &certificate, NULL, &status, NULL) ||
      status != 0 || !g_file_get_contents (path, &key, NULL, NULL))
    return NULL;
  g_autofree char *both = g_strconcat (certificate, key, NULL);
  g_assert_true (g_file_set_contents (path, both, -1, NULL));
  return g_steal_pointer (&path);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  MakeModelOptions options = {.dtype = CLIP_DTYPE_F32, .seed = 1};

  fixture->directory = test_folder_new ();
  g_autofree char *library = g_build_filename (fixture->directory, "library", NULL);
  fixture->model = g_build_filename (fixture->directory, "model", NULL);
  g_assert_cmpint (g_mkdir (fixture->model, 0700), ==, 0);
  g_assert_true (make_model_with ("tiny-vit", fixture->model, &options, &error));
  fixture->store = ink_store_open_writable (library, "test", NULL, &error);
  g_assert_no_error (error);
  fixture->good = make_certificate (fixture->directory, "good.pem",
                                    "subjectAltName=IP:127.0.0.1,DNS:" NAME, "2");
  fixture->foreign =
      make_certificate (fixture->directory, "foreign.pem", "subjectAltName=DNS:other.test", "2");
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_unsetenv ("INKLING_MODEL_HUB_CERTIFICATES");
  g_unsetenv ("https_proxy");
  ink_store_unref (fixture->store);
  g_free (fixture->model);
  g_free (fixture->good);
  g_free (fixture->foreign);
  test_folder_free (fixture->directory);
}

static gboolean
can_run (const Fixture *fixture)
{
  if (fixture->good == NULL || fixture->foreign == NULL)
    g_test_skip ("there is no openssl, which makes certificates");
  else if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    g_test_skip ("GLib has no TLS here: glib-networking is not installed");
  else
    return TRUE;
  return FALSE;
}

/* @trusted: (nullable). Returns: whether it went well */
static gboolean
download (Fixture *fixture, const char *hub, const char *trusted, GError **error)
{
  g_setenv ("INKLING_MODEL_HUB", hub, TRUE);
  if (trusted != NULL)
    g_setenv ("INKLING_MODEL_HUB_CERTIFICATES", trusted, TRUE);
  else
    g_unsetenv ("INKLING_MODEL_HUB_CERTIFICATES");
  g_autofree char *name = ink_models_download (fixture->store, OFFER, NULL, NULL, NULL, error);
  return name != NULL && ink_models_verify (fixture->store, name, NULL, error);
}

static void
expect_refusal (Fixture *fixture, Hub *hub, const char *trusted, const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (download (fixture, hub_get_address (hub), trusted, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_nonnull (strstr (error->message, "Nothing was downloaded"));
  g_assert_cmpuint (hub_take_bytes (hub), ==, 0);
}

static void
test_trusted (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  if (!can_run (fixture))
    return;
  Hub *hub = hub_new_secure (fixture->model, fixture->good);
  g_assert_true (g_str_has_prefix (hub_get_address (hub), "https://"));
  g_assert_true (download (fixture, hub_get_address (hub), fixture->good, &error));
  g_assert_no_error (error);
  hub_free (hub);
}

static void
test_refused (Fixture *fixture, gconstpointer unused)
{
  if (!can_run (fixture))
    return;
  Hub *hub = hub_new_secure (fixture->model, fixture->good);
  expect_refusal (fixture, hub, NULL, "nobody whom this computer trusts");
  expect_refusal (fixture, hub, fixture->foreign, "nobody whom this computer trusts");
  hub_free (hub);

  hub = hub_new_secure (fixture->model, fixture->foreign);
  expect_refusal (fixture, hub, fixture->foreign, "it is another host’s");
  hub_free (hub);
}

static void
test_no_certificates (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (download (fixture, "https://127.0.0.1:1", "/nowhere.pem", &error));
  g_assert_nonnull (strstr (error->message, "/nowhere.pem"));
}

/* The name is the proxy's to find, and what it carries is the host's: it can't look inside. */
static void
test_proxy (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  if (!can_run (fixture))
    return;
  if (g_str_equal (G_OBJECT_TYPE_NAME (g_proxy_resolver_get_default ()), "GDummyProxyResolver")) {
    g_test_skip ("GLib finds no proxies here: glib-networking is not installed");
    return;
  }
  Hub *hub = hub_new_secure (fixture->model, fixture->good);
  guint port = (guint)g_ascii_strtoull (strrchr (hub_get_address (hub), ':') + 1, NULL, 10);
  Tunnel *tunnel = tunnel_new ((guint16)port);

  g_setenv ("https_proxy", tunnel_get_address (tunnel), TRUE);
  g_assert_true (download (fixture, "https://" NAME, fixture->good, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tunnel_count (tunnel, NAME ":443"), >, 0);
  tunnel_free (tunnel);
  hub_free (hub);
}

static void
test_unreachable (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (download (fixture, "https://127.0.0.1:1", NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, INK_ERROR, INK_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "online"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/https/trusted", test_trusted},
      {"/https/refused", test_refused},
      {"/https/no-certificates", test_no_certificates},
      {"/https/proxy", test_proxy},
      {"/https/unreachable", test_unreachable},
  };

  /* The user's own desktop and proxies are none of the tests'. */
  const char *const unwanted[] = {"XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "all_proxy",
                                  "ALL_PROXY",           "no_proxy",        "NO_PROXY",
                                  "HTTPS_PROXY",         "https_proxy"};
  for (gsize i = 0; i < G_N_ELEMENTS (unwanted); i++)
    g_unsetenv (unwanted[i]);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
