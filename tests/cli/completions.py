#!/usr/bin/env python3
"""What --help says, what the man page says and what shells complete are the same commands and
options. completions.py PROGRAM SOURCE-ROOT FOLDER, as TAP, with the folder where the build has the
completions. The shells check these, where they are installed, and complete with them."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import tap  # noqa: E402

COMPLETIONS = pathlib.Path(sys.argv[3])
OPTION = re.compile(r"^  (?:-\w, )?--([a-z][a-z-]*)", re.M)


def run(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


class Help:
    """Commands and options as the program tells them."""

    def __init__(self, program):
        overview = run(program, "--help")
        listed = overview.split("Commands:")[1].split("Global options:")[0]
        self.commands = re.findall(r"^  (\w+) ", listed, re.M)
        self.globals = set(OPTION.findall(overview.split("Global options:")[1]))
        self.options = {}
        for command in self.commands:
            _, _, own = run(program, command, "--help").partition("Application Options:")
            self.options[command] = set(OPTION.findall(own.partition("\n\n")[0]))
        usage = re.search(r"models \[OPTION…\] (.*)", run(program, "models", "--help")).group(1)
        self.actions = [action.split()[0] for action in usage.split("|")]

    def everything(self):
        return self.globals.union(*self.options.values())


def same(what, found, wanted):
    missing, more = wanted - found, found - wanted
    assert not missing and not more, f"{what}: without {sorted(missing)}, but with {sorted(more)}"


def test_man_page(told, root):
    text = (root / "data/man/inkling-cli.1").read_text().replace("\\-", "-")
    options = set(re.findall(r"--([a-z][a-z-]*)", text))
    same("the man page's options", options, told.everything())
    for command in told.commands:
        assert re.search(rf'^\.(B|BI|BR)\s+"?{command}\b', text, re.M), f"no {command}"


def test_bash(told, root):
    text = (COMPLETIONS / "inkling-cli").read_text()
    words = re.search(r'options="([^"]*)"', text).group(1).split()
    same("globals", {word.removeprefix("--") for word in words}, told.globals)
    for command, own in told.options.items():
        found = re.search(rf'^ +{command}\) options\+="([^"]*)"', text, re.M)
        words = found.group(1).split() if found else []
        same(command, {word.removeprefix("--") for word in words}, own)


def test_zsh(told, root):
    text = (COMPLETIONS / "_inkling-cli").read_text()
    option = re.compile(r"^ +'\*?--([a-z-]+)", re.M)
    before, _, after = text.partition("case $words[1] in")
    same("globals", set(option.findall(before)), told.globals)
    sections = re.split(r"^ {8}(\w+)\)\n", after, flags=re.M)
    found = dict(zip(sections[1::2], sections[2::2]))
    for command, own in told.options.items():
        same(command, set(option.findall(found.get(command, ""))), own)
    same("commands", set(re.findall(r"^    '(\w+):", before, re.M)), set(told.commands))


def test_fish(told, root):
    text = (COMPLETIONS / "inkling-cli.fish").read_text()
    same("commands", set(re.search(r"^set -l commands (.*)", text, re.M).group(1).split()),
         set(told.commands))
    found = {None: set()}
    for line in text.splitlines():
        command = re.search(r"__fish_seen_subcommand_from (\w+)\"", line)
        option = re.search(r" -l ([a-z-]+)", line)
        if line.startswith("complete") and option:
            found.setdefault(command and command.group(1), set()).add(option.group(1))
    same("globals", found[None], told.globals)
    for command, own in told.options.items():
        same(command, found.get(command, set()), own)


def test_model_actions(told, root):
    """Among them is what only some builds have."""
    assert "offers" in told.actions, told.actions
    for shell in ["inkling-cli", "_inkling-cli", "inkling-cli.fish"]:
        found = re.search(r"\b(list add [a-z ]*)", (COMPLETIONS / shell).read_text()).group(1)
        assert found.split() == told.actions, (shell, found)


def test_bash_completes(told, root):
    library = pathlib.Path("/usr/share/bash-completion/bash_completion")
    if not library.exists():
        raise tap.Skip("bash-completion is not installed")
    script = f"""
        . {library}; . {COMPLETIONS}/inkling-cli
        ask() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}
                 COMPREPLY=(); _inkling_cli; printf '%s ' "${{COMPREPLY[@]}}"; echo; }}
        ask inkling-cli se
        ask inkling-cli --library x --quiet search --or
        ask inkling-cli search --sort n
        ask inkling-cli models ver
        ask inkling-cli check --li"""
    answers = run("bash", "-c", script).splitlines()
    assert [answer.split() for answer in answers] == [
        ["search"], ["--orientation"], ["newest"], ["verify"], ["--library"]], answers


def test_fish_completes(told, root):
    if not shutil.which("fish"):
        raise tap.Skip("fish is not installed")
    file = COMPLETIONS / "inkling-cli.fish"
    for line, wanted in [("inkling-cli se", "search"), ("inkling-cli search --or", "--orientation"),
                         ("inkling-cli search --sort n", "newest"), ("inkling-cli models ver", "verify")]:
        answer = run("fish", "--no-config", "-c", f"source {file}; complete -C '{line}'")
        assert [entry.split("\t")[0] for entry in answer.splitlines()] == [wanted], answer


def test_zsh_reads(told, root):
    if not shutil.which("zsh"):
        raise tap.Skip("zsh is not installed")
    run("zsh", "-n", str(COMPLETIONS / "_inkling-cli"))


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    os.environ["LC_ALL"] = "C.UTF-8"
    told = Help(program)
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    tap.run([(test.__name__.removeprefix("test_"), lambda test=test: test(told, root))
             for test in tests])


if __name__ == "__main__":
    main()
