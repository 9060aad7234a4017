/* classifier.c: the reference zero-shot classifier: labels as texts, the nearest ones to a picture.
 *
 * As in Radford et al. 2021, section 3.1: one weight vector a label, the normalised mean of its
 * texts' embeddings; the probabilities are the softmax over cosines × the model's scale.
 */
#include "library/library-private.h"

#include <math.h>

#include "search/unit.h"

/* Texts that go to the engine at once. */
#define BATCH 64

struct _InkClassifier {
  InkLibrary *library;
  ClipModel *model; /* the library's */
  guint n;          /* labels */
  float *weights;   /* n × dims */
};

static char *
fill_template (const char *template, const char *label)
{
  g_auto (GStrv) parts = g_strsplit (template, "{}", -1);

  return g_strjoinv (label, parts);
}

/* Adds up the embeddings of texts @from to @from + @count, where each label's texts, one a
 * template, follow each other. */
static gboolean
add_texts (InkClassifier *classifier, const char *const *labels, const char *const *templates,
           guint from, guint count, GCancellable *cancellable, GError **error)
{
  InkEncoder encoder = {.model = classifier->model};
  guint dims = clip_model_get_info (classifier->model)->dims;
  guint n_templates = g_strv_length ((GStrv)templates);
  g_auto (GStrv) texts = g_new0 (char *, count + 1);
  g_autofree float *embeddings = g_new (float, (gsize)count *dims);

  for (guint i = 0; i < count; i++)
    texts[i] =
        fill_template (templates[(from + i) % n_templates], labels[(from + i) / n_templates]);
  if (!ink_encoder_encode_texts (&encoder, (const char *const *)texts, count, embeddings,
                                 cancellable, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    ink_unit_add (classifier->weights + (gsize)((from + i) / n_templates) * dims,
                  embeddings + (gsize)i * dims, 1, dims);
  return TRUE;
}

static gboolean
encode_labels (InkClassifier *classifier, const char *const *labels, const char *const *templates,
               GCancellable *cancellable, GError **error)
{
  guint dims = clip_model_get_info (classifier->model)->dims;
  guint n = classifier->n * g_strv_length ((GStrv)templates);

  classifier->weights = g_new0 (float, (gsize)classifier->n *dims);
  for (guint from = 0; from < n; from += BATCH)
    if (!add_texts (classifier, labels, templates, from, MIN (n - from, BATCH), cancellable, error))
      return FALSE;
  for (guint i = 0; i < classifier->n; i++)
    ink_unit_normalise (classifier->weights + (gsize)i * dims, dims);
  return TRUE;
}

InkClassifier *
ink_library_make_classifier (InkLibrary *library, const char *const *labels,
                             const char *const *templates, GCancellable *cancellable,
                             GError **error)
{
  static const char *const bare[] = {"{}", NULL};
  g_autoptr (InkClassifier) classifier = g_new0 (InkClassifier, 1);

  if (!labels[0]) {
    g_set_error (error, INK_ERROR, INK_ERROR_USAGE, "There are no labels to choose from");
    return NULL;
  }
  if (!templates || !templates[0])
    templates = bare;
  classifier->library = g_object_ref (library);
  classifier->model = ink_library_get_model (library, error);
  if (!classifier->model)
    return NULL;
  classifier->n = g_strv_length ((GStrv)labels);
  if (!encode_labels (classifier, labels, templates, cancellable, error))
    return NULL;
  return g_steal_pointer (&classifier);
}

void
ink_classifier_free (InkClassifier *classifier)
{
  if (!classifier)
    return;
  g_clear_object (&classifier->library);
  g_free (classifier->weights);
  g_free (classifier);
}

static gint
compare_scores (gconstpointer a, gconstpointer b)
{
  const InkLabelScore *left = a, *right = b;

  if (left->probability != right->probability)
    return left->probability > right->probability ? -1 : 1;
  return left->label < right->label ? -1 : left->label > right->label;
}

/* Turns logits into probabilities; the greatest logit is taken off first, so that exp() can't
 * overflow. */
static void
softmax (InkLabelScore *scores, guint n)
{
  double greatest = -INFINITY, sum = 0;

  for (guint i = 0; i < n; i++)
    greatest = MAX (greatest, scores[i].probability);
  for (guint i = 0; i < n; i++) {
    scores[i].probability = exp (scores[i].probability - greatest);
    sum += scores[i].probability;
  }
  for (guint i = 0; i < n; i++)
    scores[i].probability /= sum;
}

GArray *
ink_classifier_classify (InkClassifier *classifier, GFile *file, GCancellable *cancellable,
                         GError **error)
{
  const ClipModelInfo *info = clip_model_get_info (classifier->model);
  g_autofree float *embedding = g_new (float, info->dims);
  GArray *scores;

  if (!ink_library_embed_file (classifier->library, file, embedding, cancellable, error))
    return NULL;
  scores = g_array_sized_new (FALSE, FALSE, sizeof (InkLabelScore), classifier->n);
  for (guint label = 0; label < classifier->n; label++) {
    const float *weight = classifier->weights + (gsize)label * info->dims;
    InkLabelScore score = {.label = label};

    for (guint i = 0; i < info->dims; i++)
      score.probability += (double)weight[i] * (double)embedding[i];
    score.probability *= (double)info->logit_scale;
    g_array_append_val (scores, score);
  }
  softmax ((InkLabelScore *)(gpointer)scores->data, scores->len);
  g_array_sort (scores, compare_scores);
  return scores;
}
