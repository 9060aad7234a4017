"""A home with photos and a library, for tests that call the real program."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLI = sys.argv[1]
IMAGES = Path(os.environ["INKLING_TEST_DATA"]) / "starter" / "golden-images"


class Place:
    """A home of its own with photos and a library, taken away at the end."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="inkling-cli-"))
        self.photos = self.root / "photos"
        shutil.copytree(IMAGES, self.photos)
        self.photos.chmod(0o755)
        self.environment = dict(
            os.environ, HOME=str(self.root), XDG_DATA_HOME=str(self.root / "data"),
            XDG_CACHE_HOME=str(self.root / "cache"), XDG_CONFIG_HOME=str(self.root / "config"),
            XDG_RUNTIME_DIR=str(self.root))
        self.library = self.root / "data" / "inkling"

    def call(self, *arguments, status=0, **environment):
        """Runs the program; its stdout as text."""
        done = subprocess.run([CLI, *arguments], capture_output=True, check=False, timeout=300,
                              env=dict(self.environment, **environment))
        text = done.stdout.decode("utf-8")
        assert done.returncode == status, "%s: exit %d instead of %d\n%s\n%s" % (
            arguments, done.returncode, status, text, done.stderr.decode("utf-8", "replace"))
        return text

    def lines(self, *arguments, **options):
        """Runs it with --json; its lines as objects."""
        return [json.loads(line) for line in
                self.call(*arguments, "--json", **options).splitlines()]

    def one(self, *arguments, **options):
        objects = self.lines(*arguments, **options)
        assert len(objects) == 1, objects
        return objects[0]

    def error(self, *arguments, status, **options):
        """The error object of a call that must fail."""
        return self.one(*arguments, status=status, **options)["error"]
