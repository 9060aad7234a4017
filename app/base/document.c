/* document.c: paths of the document portal. */
#include "base/document.h"

#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>

#include "base/path.h"

#define ATTRIBUTE "user.document-portal.host-path"
#define PATH_LENGTH_MAX 4096

/* What follows the portal's root in @path, beginning with its slash; NULL where it does not lie
 * there. */
static const char *
skip_root (const char *path)
{
  static const char *const before[] = {"/run/user/", "/run/flatpak/"};

  for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
    const char *rest = path + strlen (before[i]);

    if (!g_str_has_prefix (path, before[i]))
      continue;
    if (i == 0) {
      gsize digits = strspn (rest, "0123456789");
      if (digits == 0 || rest[digits] != '/')
        return NULL;
      rest += digits + 1;
    }
    if (g_str_has_prefix (rest, "doc") && (rest[3] == '/' || rest[3] == '\0'))
      return rest + 3;
  }
  return NULL;
}

gboolean
ink_document_is_root (const char *path)
{
  const char *rest = skip_root (path);

  return rest && *rest == '\0';
}

char *
ink_document_get_host_path (const char *path, const char *root)
{
  const char *below = root ? ink_path_get_below (path, root) : skip_root (path);
  char host[PATH_LENGTH_MAX];
  const char *name, *end;

  if (below && *below == '/')
    below++;
  /* The attribute is asked of ID/NAME, which is what the user chose. */
  if (!below || !(name = strchr (below, '/')))
    return NULL;
  end = strchrnul (name + 1, '/');
  g_autofree char *document = g_strndup (path, (gsize)(end - path));
  gssize length = getxattr (document, ATTRIBUTE, host, sizeof host - 1);
  if (length <= 0 || host[0] != '/')
    return NULL;
  host[length] = '\0';
  return *end == '\0' ? g_strdup (host) : g_build_filename (host, end + 1, NULL);
}
