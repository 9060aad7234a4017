#!/usr/bin/env python3
"""The command line against its contract: contract.py INKLING_CLI

Every test calls the real program on a real library with the starter model. What is tested is what
other programs rely on: keys, order, exit statuses, error objects.
"""
import ast
import csv
import fcntl
import json
import math
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402
from place import CLI, IMAGES, Place  # noqa: E402

DATA = Path(os.environ["INKLING_TEST_DATA"])
MAN = Path(__file__).resolve().parents[2] / "data" / "man" / "inkling-cli.1"
COMMANDS = ["index", "search", "similar", "saved", "duplicates", "export", "status", "failed", "retry", "forget", "models", "embed",
            "tokenize", "classify", "check", "bench", "watch"]


def make_indexed():
    place = Place()
    (place.photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    (place.photos / "empty.png").write_bytes(b"")
    place.first = place.one("index", str(place.photos))
    return place


P = make_indexed()
N = len(list(IMAGES.iterdir()))


def keys(thing, expected):
    assert set(thing) == set(expected.split()), (sorted(thing), sorted(expected.split()))


def test_help():
    assert P.call("--version").startswith("inkling-cli ")
    assert P.call("search", "--version") == P.call("--version")
    overview = P.call("--help")
    for command in COMMANDS:
        assert re.search(r"^  %s " % command, overview, re.M), command
        text = P.call(command, "--help")
        assert "--library" in text and "inkling-cli %s [OPTION…]" % command in text, command
    P.call(status=2)
    assert P.error(status=2)["code"] == "usage"


def test_man():
    """The manual knows every command and option, and every key that is printed."""
    page = MAN.read_text().replace("\\-", "-")
    for command in COMMANDS:
        assert re.search(r"^\.BR? .*\b%s\b" % command, page, re.M), command
        for option in re.findall(r"^  (?:-\w, )?(--[\w-]+)", P.call(command, "--help"), re.M):
            assert option in page, (command, option)
    printed = [P.one("status"), P.one("check"), *P.lines("models", "list"), *P.lines("failed"),
               *P.lines("search", "ball", "--all", "--save", "balls"), *P.lines("saved", "list"),
               *P.lines("export"), *P.lines("tokenize", "ball"),
               P.one("classify", str(IMAGES / "small-97x61.png"), "--labels", "a")]
    for line in printed:
        for key in line:
            assert re.search(r"\b%s\b" % key, page), key


def test_usage():
    for arguments in (["frobnicate"], ["search", "--frob"], ["--frob", "search"],
                      ["search", "x", "--limit", "many"], ["search", "x", "--after", "2024-13-01"],
                      ["search", "x", "--sort", "beauty"], ["search", "x", "--region", "0,0,1,1"],
                      ["search", "--like", "a.png", "--region", "0,0,2,1"],
                      ["forget"], ["similar"], ["similar", "a", "b"], ["embed"], ["tokenize"],
                      ["classify", "a.png"], ["classify", "a.png", "--labels", " , "],
                      ["classify", "a.png", "--labels", "x", "--template", "nothing"],
                      ["--library", "", "status"],
                      ["models"], ["models", "frob"], ["models", "use"],
                      ["search", "x", "--precision", "f64"], ["search", "x", "--threads", "-1"]):
        error = P.error(*arguments, status=2)
        keys(error, "code message input")
        assert error["code"] == "usage" and error["message"], error


def test_index():
    keys(P.first, "found indexed unchanged moved removed failed seconds images_per_second")
    assert P.first["found"] == N + 2 and P.first["indexed"] == N and P.first["failed"] == 2, P.first
    again = P.one("index")
    assert again["unchanged"] >= N and again["indexed"] == 0, again


def on_terminal(*arguments):
    """What the program writes to a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([CLI, *arguments], stdout=subprocess.DEVNULL, stderr=theirs,
                          env=P.environment) as process:
        os.close(theirs)
        text = b""
        try:
            while data := os.read(ours, 4096):
                text += data
        except OSError:  # the end, on Linux
            pass
        os.close(ours)
    assert process.returncode == 0
    return text.decode()


def test_progress():
    library = str(P.root / "progress")
    text = on_terminal("index", "--library", library, str(P.photos))
    bars = re.findall(r"\r\x1b\[K\[[#.]{24}\] \d+ of \d+ · \d+(\.\d)? a second", text)
    assert bars and text.endswith("could not be read.\r\n"), text
    for quiet in (["--quiet"], ["--quiet", "--json"]):
        assert on_terminal("index", "--library", library, *quiet) == ""


def test_index_missing_folder():
    error = P.error("index", str(P.root / "nowhere"), status=1)
    assert error["code"] == "not-found", error


def test_names_of_nothing():
    """An empty name or a foreign URI is no file, and never all of the library or this folder."""
    for name in ("", "file:///a%00b", "file://elsewhere/a", "file://%zz"):
        for arguments in (["index"], ["forget"], ["similar"], ["models", "add"],
                          ["search", "--like"], ["search", "thing", "--folder"],
                          ["embed", "--image"], ["classify", "--labels", "x"]):
            error = P.error(*arguments, name, status=1)
            assert error["code"] == "not-found" and error["input"] == name, error


def test_messages_name_the_picture():
    broken = str(P.photos / "broken.jpg")
    good = str(P.photos / "rings-900x1200.jpg")
    for arguments in (["search", "--like", good, "--like"], ["similar"], ["embed", "--image"],
                      ["classify", "--labels", "x"]):
        assert P.error(*arguments, broken, status=1)["message"].startswith(broken + ": ")


def test_lost_output():
    """A full disk or a closed stdout is told; a closed stdout hits no file of the library."""
    lock = P.library / "library.lock"
    before = lock.read_bytes()
    for redirection in (">/dev/full", ">&-"):
        for command in ("status", "status --json", "--help"):
            done = subprocess.run(["sh", "-c", '"$0" %s %s' % (command, redirection), CLI],
                                  stderr=subprocess.PIPE, env=P.environment, check=False)
            assert done.returncode == 1 and b"standard output" in done.stderr, (command, done)
    assert lock.read_bytes() == before


def test_failed():
    entries = P.lines("failed")
    assert len(entries) == 2
    for entry in entries:
        keys(entry, "path uri reason code")
        assert entry["reason"]
    codes = {Path(entry["path"]).name: entry["code"] for entry in entries}
    assert codes["empty.png"] == "empty" and codes["broken.jpg"] in ("damaged", "unsupported"), codes


def test_retry():
    shutil.copy(IMAGES / "gradient-224.png", P.photos / "empty.png")
    report = P.one("retry")
    assert report["indexed"] == 1, report
    assert [Path(e["path"]).name for e in P.lines("failed")] == ["broken.jpg"]
    (P.photos / "empty.png").unlink()
    report = P.one("index")
    assert report["removed"] == 1, report


def test_search():
    hits = P.lines("search", "stripes", "--all", "--no-group")
    assert len(hits) == N, len(hits)
    strengths = [hit["strength"] for hit in hits]
    assert strengths == sorted(strengths), strengths
    for rank, hit in enumerate(hits, 1):
        keys(hit, "rank path uri score score_kind strength taken width height duplicates")
        assert hit["rank"] == rank and hit["score_kind"] == "cosine"
        assert hit["uri"].startswith("file:///") and hit["width"] > 0
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True) and -1 <= scores[-1] <= scores[0] <= 1
    assert len(P.lines("search", "stripes", "--all", "--no-group", "--limit", "3")) == 3


def test_search_by_picture():
    picture = str(P.photos / "waves-640x480.jpg")
    hits = P.lines("search", "--like", picture, "--all", "--no-group")
    # It is searched for by its middle, and found by both of its ends.
    assert hits[0]["path"] == picture and hits[0]["score"] > 0.95, hits[0]
    hits = P.lines("search", "--like", Path(picture).as_uri(), "--all", "--no-group")
    assert hits[0]["path"] == picture
    hits = P.lines("similar", picture, "--all", "--no-group")
    assert picture not in [hit["path"] for hit in hits] and len(hits) == N - 1
    link = P.root / "link"
    link.symlink_to(P.photos)
    others = P.lines("similar", str(link / "waves-640x480.jpg"), "--all", "--no-group")
    assert [hit["path"] for hit in others] == [hit["path"] for hit in hits]
    mixed = P.lines("search", "sea", "--like", picture, "--all", "--no-group")
    assert {hit["score_kind"] for hit in mixed} == {"mixed"}
    P.lines("search", "--like", picture, "--region", "0,0,0.5,1", "--all")
    assert P.error("search", "--like", str(P.root / "none.png"), status=1)["code"] == "not-found"


def test_search_negative():
    def order(*arguments):
        return [hit["path"] for hit in P.lines("search", "ball", *arguments, "--all", "--no-group")]
    assert sorted(order()) == sorted(order("--not", "checkers"))
    plain = {h["path"]: h["score"] for h in P.lines("search", "ball", "--all", "--no-group")}
    less = {h["path"]: h["score"] for h in
            P.lines("search", "ball", "--not", "checkers", "--all", "--no-group")}
    assert plain != less


def test_filters():
    def names(*arguments):
        return {Path(hit["path"]).name for hit in P.lines("search", *arguments, "--all",
                                                          "--no-group")}
    everything = {path.name for path in IMAGES.iterdir()}
    assert names("thing", "--type", "png") == {n for n in everything if n.endswith(".png")}
    assert names("thing", "--name", "waves") == {"waves-640x480.jpg"}
    assert names("thing", "--name", "*.jpg") == {n for n in everything if n.endswith(".jpg")}
    assert names("--type", "jpeg") == {n for n in everything if n.endswith(".jpg")}
    sub = P.photos / "sub"
    sub.mkdir()
    shutil.copy(IMAGES / "waves-640x480.jpg", sub / "copy.jpg")
    P.one("index")
    assert names("thing", "--folder", str(sub)) == {"copy.jpg"}
    hits = P.lines("search", "thing", "--name", "*.jpg", "--all")
    grouped = [hit for hit in hits if hit["duplicates"]]
    assert len(grouped) == 1, hits
    assert {Path(p).name for p in [grouped[0]["path"], *grouped[0]["duplicates"]]} == {
        "copy.jpg", "waves-640x480.jpg"}
    shutil.rmtree(sub)
    P.one("index")
    assert names("thing", "--before", "1990-01-01") == set()
    assert names("thing", "--after", "1990-01-01") == everything


def test_sort():
    os.utime(P.photos / "rings-900x1200.jpg", (10 ** 9, 10 ** 9))
    P.one("index")
    newest = P.lines("search", "--sort", "newest", "--no-group")
    oldest = P.lines("search", "--sort", "oldest", "--no-group")
    assert Path(newest[-1]["path"]).name == "rings-900x1200.jpg"
    assert Path(oldest[0]["path"]).name == "rings-900x1200.jpg"
    assert {hit["strength"] for hit in newest} == {"strong"} and newest[0]["score"] is None


def test_shape():
    wide = P.lines("search", "--orientation", "landscape", "--limit", "0", "--no-group")
    tall = P.lines("search", "--orientation", "portrait", "--limit", "0", "--no-group")
    square = P.lines("search", "--orientation", "square", "--limit", "0", "--no-group")
    assert wide and tall and square and len(wide) + len(tall) + len(square) == N
    assert all(hit["width"] > hit["height"] for hit in wide)
    large = P.lines("search", "--min-size", "900x600", "--no-group")
    assert large and all(min(h["width"], h["height"]) >= 600 for h in large), large
    assert len(P.lines("search", "--min-size", "0.1mp", "--no-group")) >= len(large)
    for arguments in (["--orientation", "up"], ["--min-size", "big"]):
        assert P.error("search", *arguments, status=2)["code"] == "usage"


def test_days_are_local():
    """A photo without a date was taken when its file changed, by the clock on the wall here."""
    folder = P.root / "dated"
    folder.mkdir()
    shutil.copy(IMAGES / "small-97x61.png", folder)
    os.utime(folder / "small-97x61.png", (10 ** 9, 10 ** 9))  # 2001-09-09T01:46:40Z
    for zone, day, before in (("UTC0", "2001-09-09", "2001-09-08"),
                              ("JST-9", "2001-09-09", "2001-09-08"),
                              ("HST10", "2001-09-08", "2001-09-07"),
                              ("UTC-14", "2001-09-09", "2001-09-08")):
        library = ["--library", str(P.root / ("zone" + zone))]
        P.one(*library, "index", str(folder), TZ=zone)
        assert len(P.lines(*library, "search", "--after", day, "--before", day, TZ=zone)) == 1, zone
        assert P.lines(*library, "search", "--before", before, TZ=zone) == [], zone
        # What was found out when it was indexed stays, wherever its owner travels.
        assert len(P.lines(*library, "search", "--before", day, TZ="NZST-12")) == 1, zone


def test_duplicates():
    assert P.lines("duplicates") == []
    copies = P.photos / "copies"
    copies.mkdir()
    original, other = "waves-640x480.jpg", "checker-ball-512.png"
    shutil.copy(IMAGES / original, copies / "copy.jpg")
    shutil.copy(IMAGES / other, copies / "b.png")
    shutil.copy(IMAGES / other, copies / "c.png")
    P.one("index")
    groups = P.lines("duplicates")
    for group in groups:
        keys(group, "paths similarity")
        assert 0.99 < group["similarity"] <= 1
    names = [sorted(Path(path).name for path in group["paths"]) for group in groups]
    assert sorted(names) == [["b.png", "c.png", other], ["copy.jpg", original]], names
    shutil.rmtree(copies)
    P.one("index")


def test_saved():
    picture = str(P.photos / "waves-640x480.jpg")
    first = P.lines("search", "stripes", "--not", "red car", "--type", "png", "--save", "My stripes")
    P.lines("search", "--like", picture, "--region", "0,0,0.5,1", "--save", "Waves")
    saved = {entry["name"]: entry for entry in P.lines("saved", "list")}
    keys(saved["My stripes"], "name query matches")
    assert saved["My stripes"]["query"] == 'stripes -"red car" type:png', saved
    assert saved["Waves"]["query"] == "like:%s region:0,0,0.5,1" % picture, saved
    again = P.lines("search", "--saved", "My stripes")
    assert again == first
    assert saved["My stripes"]["matches"] >= len(first)
    assert P.lines("search", "--saved", "My stripes", "--type", "gif", "--all") == []
    assert P.error("search", "--saved", "Nothing", status=1)["code"] == "not-found"
    P.call("saved", "rename", "Waves", "Sea")
    assert P.error("saved", "rename", "Sea", "My stripes", status=2)["code"] == "usage"
    P.call("saved", "remove", "My stripes")
    assert "Sea" in [e["name"] for e in P.lines("saved", "list")]
    assert P.error("saved", "remove", "My stripes", status=1)["code"] == "not-found"
    for arguments in (["saved"], ["saved", "frob"], ["saved", "rename", "Sea"]):
        assert P.error(*arguments, status=2)["code"] == "usage"


def test_embed():
    picture = str(IMAGES / "rings-900x1200.jpg")
    results = P.lines("embed", "--text", "dog", "cat", "--image", picture, "--text", "a bird")
    assert [r["input"] for r in results] == ["dog", "cat", picture, "a bird"]
    for result in results:
        keys(result, "input model dims precision embedding")
        assert result["dims"] == len(result["embedding"]) == 512
        assert abs(math.fsum(x * x for x in result["embedding"]) - 1) < 1e-5
        assert result["model"] and result["precision"] in ("f32", "bf16", "int8")
    golden = json.loads((DATA / "starter" / "golden.json").read_text())
    dog = next(t["embedding"] for t in golden["texts"] if t["text"] == "dog")
    # The golden numbers have seven digits of their own.
    exact = P.lines("embed", "--precision", "f32", "--text", "dog")[0]
    assert exact["precision"] == "f32"
    assert max(abs(a - b) for a, b in zip(dog, exact["embedding"])) < 5e-6
    numbers = re.findall(r"-?\d+\.\d+(?:e-?\d+)?", P.call("embed", "--json", "--text", "dog"))
    assert any(len(n.lstrip("-0.").split("e")[0].replace(".", "")) == 9 for n in numbers)


def test_embed_bad_input_in_its_place():
    bad = str(P.photos / "broken.jpg")
    results = P.lines("embed", "--text", "dog", "--image", bad, "--text", "cat", status=1)
    assert len(results) == 3 and "embedding" in results[0] and "embedding" in results[2]
    assert results[1]["error"]["input"] == bad and results[1]["error"]["code"]


def test_tokenize():
    results = P.lines("tokenize", "a photo of a cat", "")
    assert results[0] == {"text": "a photo of a cat",
                          "ids": [49406, 320, 1125, 539, 320, 2368, 49407]}
    assert results[1]["ids"] == [49406, 49407]


def test_classify():
    picture = str(IMAGES / "checker-ball-512.png")
    result = P.one("classify", picture, "--labels", "dog, ball ,guitar", "--template",
                   "a photo of a {}")
    keys(result, "path labels")
    assert {x["label"] for x in result["labels"]} == {"dog", "ball", "guitar"}
    probabilities = [x["probability"] for x in result["labels"]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert abs(sum(probabilities) - 1) < 1e-6
    file = P.root / "labels.txt"
    file.write_text("dog\nball\n\nguitar\n")
    result = P.one("classify", picture, "--labels-file", str(file), "--top", "1")
    assert len(result["labels"]) == 1


def test_status():
    status = P.one("status")
    for key in "folders photos failed model formats sandbox last_run".split():
        assert key in status, key
    assert status["photos"] == N and status["failed"] == 1 and "jpeg" in status["formats"]
    assert status["folders"][0]["path"] == str(P.photos)
    keys(status["types"][0], "type photos bytes")
    assert sum(entry["photos"] for entry in status["types"]) == N
    assert sum(entry["bytes"] for entry in status["years"]) == status["photo_bytes"] > 0
    assert [space["model"] for space in status["spaces"]] == ["starter"]
    keys(status["spaces"][0], "model image_size dims photos searched")
    assert status["last_run"] and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", status["last_run"])


def test_models():
    entries = P.lines("models", "list")
    keys(entries[0], "name active path dims image_size licence state")
    starter = entries[0]
    assert starter["active"] and starter["dims"] == 512 and starter["state"] == "ready"
    folder = P.root / "another"
    shutil.copytree(starter["path"], folder)
    # A copy of the starter model would be the starter model: change a weight.
    with open(folder / "open_clip_model.safetensors", "r+b") as file:
        file.seek(-2, os.SEEK_END)
        file.write(b"\x01\x01")
    added = P.lines("models", "add", str(folder))[0]
    assert added["name"] == "another" and not added["active"] and added["state"] == "ready"
    P.call("models", "verify", "another")
    weights = Path(added["path"]) / "open_clip_model.safetensors"
    with open(weights, "r+b") as file:
        file.seek(-8, os.SEEK_END)
        file.write(b"damaged!")
    assert P.error("models", "verify", "another", status=3)["code"] == "model-invalid"
    assert P.error("models", "use", "nothing", status=3)["code"] == "no-model"
    offers = P.lines("models", "offers")
    assert sum(offer["recommended"] for offer in offers) == 1
    assert P.error("models", "download", "nothing", status=3)["code"] == "no-model"
    if "download NAME" not in P.call("models", "--help"):
        refused = P.error("models", "download", offers[0]["name"], status=1)
        assert refused["code"] == "unsupported", refused
        assert "inkling-cli models add FOLDER" in refused["message"], refused
    P.call("models", "remove", "another")
    assert [entry["name"] for entry in P.lines("models", "list")] == [starter["name"]]
    assert P.error("models", "add", str(P.photos), status=3)["code"]


def test_change_of_model():
    """Killed in its middle, a change goes on; searches never notice before it is done."""
    library = ["--library", str(P.root / "changing")]
    photos = P.root / "many"
    photos.mkdir()
    for i in range(60):
        for path in IMAGES.glob("*.png"):
            # A file of its own each time: what is equal is not embedded twice.
            (photos / ("%d-%s" % (i, path.name))).write_bytes(path.read_bytes() + b"%d" % i)
    folder = P.root / "second"
    shutil.copytree(P.lines("models", "list")[0]["path"], folder)
    with open(folder / "open_clip_model.safetensors", "r+b") as file:
        file.seek(-2, os.SEEK_END)
        file.write(b"\x02\x02")
    total = P.one(*library, "index", str(photos))["indexed"]
    P.lines(*library, "models", "add", str(folder))
    assert P.one(*library, "status")["change"] is None
    before = P.lines(*library, "search", "ball", "--all", "--limit", "5")
    used = P.lines(*library, "models", "use", "second")
    assert used[0]["active"]
    with subprocess.Popen([CLI, *library, "index"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, env=P.environment) as process:
        while process.poll() is None and P.one(*library, "status")["change"]["done"] < 40:
            pass
        process.kill()
    change = P.one(*library, "status")["change"]
    keys(change, "model previous_model searched done total bytes")
    if not change["searched"]:  # else it was too quick to be killed
        assert 0 < change["done"] < change["total"] == total, change
        assert P.lines(*library, "search", "ball", "--all", "--limit", "5") == before
        rest = P.one(*library, "index")
        assert rest["indexed"] == total - change["done"], (rest, change)
    status = P.one(*library, "status")
    assert status["change"]["searched"] and status["change"]["done"] == total
    assert [s["photos"] for s in status["spaces"]] == [total, total], status["spaces"]
    assert P.error(*library, "models", "remove", "starter", status=1)["code"] == "failed"
    assert P.error(*library, "models", "remove", "second", status=1)["code"] == "failed"
    P.lines(*library, "models", "undo")
    assert P.lines(*library, "search", "ball", "--all", "--limit", "5") == before
    P.lines(*library, "models", "undo")
    P.lines(*library, "models", "confirm")
    status = P.one(*library, "status")
    assert status["change"] is None and [s["model"] for s in status["spaces"]] == ["second"]
    assert P.error(*library, "models", "confirm", status=1)["code"] == "failed"


def test_export():
    rows = [json.loads(line) for line in P.call("export").splitlines()]
    assert [row["state"] for row in rows].count("ok") == N
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    keys(rows[0], "id path uri state code reason type bytes modified taken width height colour "
         "phash content_key")
    broken = next(row for row in rows if row["state"] == "failed")
    assert broken["code"] and broken["reason"] and broken["colour"] is None, broken
    file = P.root / "out.csv"
    P.call("export", "--format", "csv", "--output", str(file))
    with open(file, newline="", encoding="utf-8") as text:
        table = list(csv.DictReader(text))
    assert [row["path"] for row in table] == [row["path"] for row in rows]
    assert list(table[0]) == list(rows[0])
    raw = subprocess.run([CLI, "export", "--format", "npy"], capture_output=True, check=True,
                         env=P.environment).stdout
    P.call("export", "--format", "npy", "--output", str(file))
    assert file.read_bytes() == raw and not list(P.root.glob("out.csv.*"))
    assert raw.startswith(b"\x93NUMPY\x01\x00")
    end = 10 + int.from_bytes(raw[8:10], "little")
    header = ast.literal_eval(raw[10:end].decode())
    n = header["shape"][0]
    assert end % 64 == 0 and n >= N and header["descr"][1][2] == (512,), header
    record = struct.Struct("<q512e")
    arrays = [record.unpack_from(raw, end + i * record.size) for i in range(n)]
    assert len(raw) == end + n * record.size
    # A photo that was seen in several squares has a row for each.
    ids = [a[0] for a in arrays]
    assert sorted(set(ids)) == [row["id"] for row in rows if row["state"] == "ok"]
    assert ids == sorted(ids)
    assert all(abs(math.fsum(x * x for x in a[1:]) - 1) < 1e-2 for a in arrays)
    assert P.error("export", "--format", "xml", status=2)["code"] == "usage"
    error = P.error("export", "--output", str(P.root / "nowhere" / "out"), status=1)
    assert error["code"] == "not-found", error
    assert P.call("--library", str(P.root / "none"), "export") == ""


def test_check():
    assert P.one("check") == {"ok": True, "problems": []}


def test_global_options_before_the_command():
    assert json.loads(P.call("--json", "--quiet", "tokenize", "cat"))["ids"][1] == 2368
    other = P.root / "other"
    error = P.error("--library", str(other), "search", "cat", status=3)
    assert error["code"] == "no-library" and not other.exists()


def test_other_locale():
    result = P.one("tokenize", "café", LC_ALL="C", LANG="C")
    assert result == {"text": "café", "ids": [49406, 15304, 49407]}


def test_odd_names():
    odd = os.fsencode(P.photos) + b"/new\nline \xff\xfe -x.png"
    shutil.copy(IMAGES / "small-97x61.png", odd)
    try:
        assert P.one("index")["found"] == N + 2
        hits = [hit for hit in P.lines("search", "--like", odd, "--all", "--no-group")
                if "-x.png" in hit["path"]]
        assert "\ufffd" in hits[0]["path"] and "%FF%FE" in hits[0]["uri"].upper(), hits[0]
        others = P.lines("similar", hits[0]["uri"], "--all", "--no-group")
        assert len(others) == N and hits[0]["uri"] not in [hit["uri"] for hit in others]
        human = P.call("search", "--like", odd, "--all", "--no-group")
        assert "new\\nline" in human, human
    finally:
        os.unlink(odd)
        P.one("index")


def test_locked():
    with open(P.library / "library.lock", "r+") as lock:
        try:
            # Open file description locks and flock are different locks: hold both.
            fcntl.flock(lock, fcntl.LOCK_EX)
            fcntl.fcntl(lock, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
            error = P.error("index", status=3)
            assert error["code"] == "locked", error
            assert len(P.lines("search", "stripes", "--all", "--no-group")) == N
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def test_foreign_library():
    foreign = P.root / "foreign"
    foreign.mkdir()
    for path in P.library.iterdir():
        if path.is_file() and path.suffix not in (".lock",):
            (foreign / path.name).write_bytes(b"this is no database " * 500)
    error = P.error("--library", str(foreign), "search", "cat", status=3)
    assert error["code"] == "library-damaged", error


def test_unreadable_library():
    """What can't be read is no absent library, whatever the reason."""
    library = P.root / "unreadable"
    library.mkdir()
    (library / "library.db").mkdir()
    P.error("--library", str(library), "status", status=3)
    (library / "library.db").rmdir()
    (library / "library.db").symlink_to("library.db")
    error = P.error("--library", str(library), "status", status=3)
    assert error["code"] != "no-library" and str(library) in error["message"], error


def test_bench():
    rows = P.lines("bench", "--image", "--text", "--search", "2000", "--seconds", "0.01")
    assert [row["name"] for row in rows] == ["image", "text", "search", "search-clustered"]
    for row in rows:
        keys(row, "name median_s min_s images_per_second gflops peak_gflops isa precision threads "
             "batch" + (" rows candidates bytes_per_second peak_bytes_per_second build_s load_s "
                        "resident_bytes" if row["name"].startswith("search") else ""))
        assert 0 < row["min_s"] <= row["median_s"]


def test_forget():
    result = P.one("forget", str(P.photos))
    assert result == {"folder": str(P.photos), "photos": N}, result
    assert (P.photos / "rings-900x1200.jpg").exists()
    assert P.one("status")["photos"] == 0
    assert P.error("forget", str(P.photos), status=1)["code"] == "not-found"


def main():
    tests = [(name[5:].replace("_", " "), function) for name, function in globals().items()
             if name.startswith("test_")]
    try:
        tap.run(tests)
    finally:
        shutil.rmtree(P.root)


main()
