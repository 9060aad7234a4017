/* extension.c: "Find Similar Photos" in the menu of GNOME's Files.
 *
 * A module that Files loads, apart from the program: it needs no more of it than its desktop file,
 * which says what pictures Inkling takes and how it is started, by D-Bus.
 */
#include "config.h"

#include <gdk/gdk.h>
#include <gio/gdesktopappinfo.h>
#include <glib/gi18n-lib.h>
#include <nautilus-extension.h>

/* The functions that Files looks for; its header declares them. */
#define ENTRY_POINT __attribute__ ((visibility ("default")))

typedef struct {
  GObject parent_instance;
} InkNautilus;

typedef struct {
  GObjectClass parent_class;
} InkNautilusClass;

static void ink_nautilus_menu_provider_init (NautilusMenuProviderInterface *interface);

static GType ink_nautilus_get_type (void);
G_DEFINE_DYNAMIC_TYPE_EXTENDED (InkNautilus, ink_nautilus, G_TYPE_OBJECT, 0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (NAUTILUS_TYPE_MENU_PROVIDER,
                                                               ink_nautilus_menu_provider_init))

static gboolean
takes (const char **types, NautilusFileInfo *file)
{
  for (; types != NULL && *types != NULL; types++)
    if (nautilus_file_info_is_mime_type (file, *types))
      return TRUE;
  return FALSE;
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_uris_finish (G_APP_INFO (source), result, &error))
    g_warning ("Inkling could not be started: %s", error->message);
}

/* @files: (element-type NautilusFileInfo): the selection that the item was made for */
static void
find_similar (NautilusMenuItem *item, gpointer files)
{
  GAppInfo *app = g_object_get_data (G_OBJECT (item), "app");
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GdkAppLaunchContext) context = NULL;
  GList *uris = NULL;

  /* It has the token with which the window may come to the front. */
  if (display != NULL)
    context = gdk_display_get_app_launch_context (display);
  for (GList *file = files; file != NULL; file = file->next)
    uris = g_list_prepend (uris, nautilus_file_info_get_activation_uri (file->data));
  uris = g_list_reverse (uris);
  g_app_info_launch_uris_async (app, uris, (GAppLaunchContext *)context, NULL, launched_cb, NULL);
  g_list_free_full (uris, g_free);
}

static void
free_files (gpointer files, GClosure *closure)
{
  nautilus_file_info_list_free (files);
}

static GList *
get_file_items (NautilusMenuProvider *provider, GList *files)
{
  g_autoptr (GDesktopAppInfo) app = g_desktop_app_info_new (INK_APPLICATION_ID ".desktop");

  if (app == NULL || files == NULL)
    return NULL;

  const char **types = g_app_info_get_supported_types (G_APP_INFO (app));
  for (GList *file = files; file != NULL; file = file->next)
    if (!takes (types, file->data))
      return NULL;

  /* Translators: in the menu of GNOME's Files, of one or more pictures. */
  NautilusMenuItem *item =
      nautilus_menu_item_new ("Inkling::find-similar", _ ("Find Similar Photos"), NULL, NULL);
  g_object_set_data_full (G_OBJECT (item), "app", g_steal_pointer (&app), g_object_unref);
  g_signal_connect_data (item, "activate", G_CALLBACK (find_similar),
                         nautilus_file_info_list_copy (files), free_files, 0);
  return g_list_append (NULL, item);
}

static void
ink_nautilus_menu_provider_init (NautilusMenuProviderInterface *interface)
{
  interface->get_file_items = get_file_items;
}

static void
ink_nautilus_init (InkNautilus *self)
{
}

static void
ink_nautilus_class_init (InkNautilusClass *klass)
{
}

static void
ink_nautilus_class_finalize (InkNautilusClass *klass)
{
}

ENTRY_POINT void
nautilus_module_initialize (GTypeModule *module)
{
  bindtextdomain (GETTEXT_PACKAGE, INK_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  ink_nautilus_register_type (module);
}

ENTRY_POINT void
nautilus_module_shutdown (void)
{
}

ENTRY_POINT void
nautilus_module_list_types (const GType **types, int *n_types)
{
  static GType all[1];

  all[0] = ink_nautilus_get_type ();
  *types = all;
  *n_types = G_N_ELEMENTS (all);
}
