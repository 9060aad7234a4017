#!/usr/bin/env python3
"""How well a model finds what is in photos: quality.py INKLING_CLI PHOTOS [OPTION…]

PHOTOS has labelled photos: either a folder for each label ("grey_owl/1.jpg"), or names that say it
("n01622779_great_grey_owl.jpg": a WordNet 3.0 noun offset, then the label). They are indexed into a
library of their own with the model of --model (else the starter model), and asked for.

 - Labels: each label is a query, of which its photos are the answers.
 - General words ("dog", "vehicle"), with --wordnet and names with offsets: the answers are the photos
   whose label is a kind of it. WordNet's files are in Debian's package wordnet-base.
 - Words of which the set has no photo ("a submarine"): there should be no strong match.

Printed, as means over queries: average precision; precision@10 (of the first ten, or of as many as
there are answers); precision and recall of the strong matches (precision where there are any); for
words without an answer the share that has no strong match. And zero-shot classification among the
labels (or those of --labels-file). --json prints all of it, and each query.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

GENERAL = """dog cat bird snake fish insect butterfly spider monkey ape bear frog lizard turtle crab
animal car truck boat ship bicycle vehicle building church bridge fruit vegetable food furniture
chair clothing hat ball guitar computer telephone clock tool weapon mushroom bag camera bottle
musical_instrument aquatic_mammal""".split()

# Things that photos are taken of, each with words that a label of it would have.
ABSENT = """submarine volcano castle windmill lighthouse pyramid igloo helicopter tractor snowmobile
penguin giraffe elephant zebra camel kangaroo octopus jellyfish lobster peacock pineapple strawberry
watermelon pretzel sushi wedding_cake piano saxophone drum accordion chess umbrella wheelchair
typewriter microscope telescope stethoscope parachute anchor cactus sunflower waterfall fountain
skyscraper lawn_mower chandelier toilet bathtub refrigerator scissors""".split()


def split_name(path, top):
    """The label of a photo and, where its name has one, its WordNet offset."""
    named = re.match(r"n(\d{8})_(.+)$", path.stem)
    if named:
        return named[2].replace("_", " "), named[1]
    if path.parent == top:
        sys.exit("%s: neither in a folder of its label nor named SYNSET_label" % path)
    return path.parent.name.replace("_", " "), None


class WordNet:
    """Which noun is a kind of which."""

    def __init__(self, folder):
        self.above, self.first = {}, {}
        for line in self.lines(folder, "data.noun"):
            fields = line.split("|")[0].split()
            at = 4 + 2 * int(fields[3], 16)
            pointers = [fields[at + 1 + 4 * i:at + 3 + 4 * i] for i in range(int(fields[at]))]
            self.above[fields[0]] = [to for kind, to in pointers if kind in ("@", "@i")]
        for line in self.lines(folder, "index.noun"):
            fields = line.split()
            self.first[fields[0]] = fields[-int(fields[2])]

    @staticmethod
    def lines(folder, name):
        with open(Path(folder, name), encoding="latin-1") as file:
            return [line for line in file if not line.startswith("  ")]

    def is_kind_of(self, offset, word):
        wanted, todo, seen = self.first.get(word), [offset], set()
        while todo:
            at = todo.pop()
            if at == wanted:
                return True
            if at not in seen:
                seen.add(at)
                todo += self.above.get(at, [])
        return False


class Library:
    """A library in a folder of its own, through the command line."""

    def __init__(self, options, home):
        self.command = [options.cli, "--library", home + "/library"]
        for name in ("model", "view", "image_size", "precision", "threads"):
            value = getattr(options, name)
            if value:
                self.command += ["--" + name.replace("_", "-"), str(value)]
        self.environment = dict(os.environ, XDG_CACHE_HOME=home + "/cache")

    def call(self, *arguments):
        done = subprocess.run([*self.command, *map(str, arguments), "--json"],
                              stdout=subprocess.PIPE, env=self.environment)
        if done.returncode not in (0, 1):
            sys.exit(done.stdout.decode())
        return [json.loads(line) for line in done.stdout.splitlines()]

    def ask(self, words, answers):
        """One query's figures; @answers are paths."""
        hits = self.call("search", words, "--all", "--no-group", "--limit", 0)
        paths = [hit["path"] for hit in hits]
        strong = [hit["path"] for hit in hits if hit["strength"] == "strong"]
        found, sums = 0, 0.0
        for rank, path in enumerate(paths, 1):
            if path in answers:
                found += 1
                sums += found / rank
        first = min(10, len(answers))
        right = len(answers.intersection(strong))
        return {
            "query": words, "answers": len(answers), "strong": len(strong), "right": right,
            "average_precision": sums / len(answers) if answers else None,
            "precision_at_10": len(answers.intersection(paths[:first])) / first if first else None,
            "strong_precision": right / len(strong) if answers and strong else None,
            "strong_recall": right / len(answers) if answers else None,
        }


def mean(rows, key):
    values = [row[key] for row in rows if row[key] is not None]
    return sum(values) / len(values) if values else None


def summarise(rows):
    keys = ("average_precision", "precision_at_10", "strong_precision", "strong_recall")
    return dict({key: mean(rows, key) for key in keys}, queries=len(rows))


def make_sets(photos, wordnet):
    """Queries with their answers, by kind."""
    labels = {}
    for path, (label, _) in photos.items():
        labels.setdefault(label, set()).add(path)

    def answers(word):
        return {path for path, (_, offset) in photos.items()
                if offset and wordnet and wordnet.is_kind_of(offset, word)}

    def is_named(word):
        wanted = set(word.split("_"))
        return any(wanted & set(label.lower().split()) for label in labels)

    general = {word.replace("_", " "): answers(word) for word in GENERAL} if wordnet else {}
    absent = [word for word in ABSENT if not is_named(word) and not answers(word)]
    return {
        "labels": labels,
        "general": {word: found for word, found in general.items() if len(found) > 1},
        "absent": {"a " + word.replace("_", " "): set() for word in absent},
    }


def classify(library, photos, options):
    """Top-1 and top-5 among the labels."""
    labels = sorted({label for label, _ in photos.values()})
    if options.labels_file:
        labels = Path(options.labels_file).read_text(encoding="utf-8").splitlines()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(labels) + "\n")
        file.flush()
        rows = library.call("classify", *photos, "--labels-file", file.name, "--top", 5,
                            *[word for t in options.template or [] for word in ("--template", t)])
    ranks = [[label["label"] for label in row["labels"]] for row in rows if "labels" in row]
    truth = [photos[row["path"]][0] for row in rows if "labels" in row]
    return {"labels": len(labels),
            "top1": sum(t == r[0] for t, r in zip(truth, ranks)) / len(truth),
            "top5": sum(t in r for t, r in zip(truth, ranks)) / len(truth)}


def show(value):
    return "–" if value is None else "%.3f" % value


def print_tables(result):
    print("| queries | number | average precision | precision@10 | strong: precision | recall |")
    print("|---|---|---|---|---|---|")
    for kind in ("labels", "general"):
        row = result[kind]
        if row["queries"]:
            print("| %s | %d | %s | %s | %s | %s |" % (
                kind, row["queries"], show(row["average_precision"]), show(row["precision_at_10"]),
                show(row["strong_precision"]), show(row["strong_recall"])))
    absent = result["absent"]
    print("\nOf %d queries without an answer %s had no strong match; the others %.1f on average." % (
        absent["queries"], show(absent["empty"]), absent["strong"]))
    if "zero_shot" in result:
        print("Zero-shot among %d labels: top-1 %.3f, top-5 %.3f." % (
            result["zero_shot"]["labels"], result["zero_shot"]["top1"], result["zero_shot"]["top5"]))


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cli")
    parser.add_argument("photos")
    parser.add_argument("--wordnet", help="folder with WordNet's data.noun and index.noun")
    parser.add_argument("--model")
    parser.add_argument("--view")
    parser.add_argument("--image-size", type=int)
    parser.add_argument("--precision")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--labels-file", help="labels to classify among, one a line")
    parser.add_argument("--template", action="append")
    parser.add_argument("--no-labels", action="store_true", help="do not ask for each label")
    parser.add_argument("--no-classify", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main():
    options = read_options()
    top = Path(options.photos).resolve()
    wordnet = WordNet(options.wordnet) if options.wordnet else None
    with tempfile.TemporaryDirectory(prefix="inkling-quality-") as home:
        library = Library(options, home)
        report = library.call("index", top)[0]
        if not report["indexed"]:
            sys.exit("There are no photos in %s" % top)
        indexed = [hit["path"] for hit in library.call("search", "--limit", 0, "--no-group")]
        photos = {path: split_name(Path(path), top) for path in sorted(indexed)}
        sets = make_sets(photos, wordnet)
        if options.no_labels:
            sets["labels"] = {}
        rows = {kind: [library.ask(*query) for query in sets[kind].items()] for kind in sets}
        result = {kind: summarise(rows[kind]) for kind in rows}
        answered = rows["absent"]
        result["absent"] = {
            "queries": len(answered), "empty": sum(not r["strong"] for r in answered) / len(answered),
            "strong": sum(r["strong"] for r in answered) / max(1, sum(r["strong"] > 0 for r in answered))}
        result["index"] = report
        if not options.no_classify:
            result["zero_shot"] = classify(library, photos, options)
    if options.json:
        print(json.dumps(dict(result, each=rows)))
    else:
        print_tables(result)


if __name__ == "__main__":
    main()
