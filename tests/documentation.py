"""Reads the pages of docs/ and runs their examples.

``python -m tests.documentation docs/tutorial.md folder`` runs one page, from top to
bottom, in an empty folder. What a fenced block is tells its language:

python   a program, in one namespace per page; `# app.py` on its first line
         makes it a file, `# app.py, at the end` adds to one
diff     a change to a file
pycon    a session of the same namespace, its output compared
console  command lines, typed after `$`, their output compared; one that prints
         a line beginning with `Error:` has to fail, any other to succeed

Blocks of any other language are not run. In outputs, `...` stands for anything,
a revision's id for the one that it really got, `(0.01 s)` for any time.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./]+\.(?:py|mako))(, at the end)?\n")
COMMAND = re.compile(r"^\$ ", re.MULTILINE)
REVISION = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")
SECONDS = re.compile(r"\(\d+\.\d\d s\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line of the page on which the text begins."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start(2)) + 1)
        for found in FENCE.finditer(text)
    ]


class ExampleFailed(Exception):
    """An example of a page does not do what the page says."""


@dataclass
class Run:
    """One page being run in a folder."""

    page: Path
    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "example"})
    known: dict[str, str] = field(default_factory=dict)

    def run(self, block: Block) -> None:
        """Run a block in the way of its language."""
        run = getattr(self, f"_run_{block.language}", None)
        if run is not None:
            run(block)

    def _run_python(self, block: Block) -> None:
        named = FILE.match(block.text)
        if named is None:
            lines = "\n" * (block.line - 1)
            exec(compile(lines + block.text, str(self.page), "exec"), self.names)
            return
        path = self.folder / named[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") + "\n\n" if named[2] else ""
        path.write_text(before + block.text[named.end() :].lstrip("\n"), encoding="utf-8")

    def _run_diff(self, block: Block) -> None:
        name, *lines = block.text.splitlines(keepends=True)
        path = self.folder / translated(name.removeprefix("--- ").strip(), self.known)
        old = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
        new = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise ExampleFailed(f"line {block.line}: {path} has no such lines\n{text}")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _run_pycon(self, block: Block) -> None:
        session = doctest.DocTestParser().get_doctest(
            block.text, self.names, self.page.name, str(self.page), block.line - 1
        )
        session.globs = self.names
        runner = doctest.DocTestRunner(self._checker(), optionflags=doctest.ELLIPSIS)
        if runner.run(session, clear_globs=False).failed:
            raise ExampleFailed(f"line {block.line}: see above")

    def _run_console(self, block: Block) -> None:
        for part in COMMAND.split(block.text)[1:]:
            line, _, wanted = part.partition("\n")
            self._type(line, wanted, block.line)

    def _type(self, line: str, wanted: str, number: int) -> None:
        command, variables = _parsed(line)
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        expected = bool(re.search("^Error:", wanted, re.MULTILINE))
        same = self._checker().check_output(wanted, done.stdout, doctest.ELLIPSIS)
        if bool(done.returncode) != expected or not same:
            raise ExampleFailed(f"line {number}: $ {line}\n{done.stdout}-> {done.returncode}")

    def _checker(self) -> doctest.OutputChecker:
        return Checker(self.known)


class Checker(doctest.OutputChecker):
    """Compares outputs in which ids and times differ from run to run."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Return whether an output is the one wanted; a new id is remembered by its real one."""
        for told, real in zip(REVISION.findall(want), REVISION.findall(got), strict=False):
            self._known.setdefault(told, real)
        wanted, real = (SECONDS.sub("(0.00 s)", text) for text in (want, got))
        return super().check_output(translated(wanted, self._known), real, optionflags)


def translated(text: str, known: dict[str, str]) -> str:
    """Replace the ids that the page tells by those that the revisions really got."""
    return REVISION.sub(lambda told: known.get(told[0], told[0]), text)


def _parsed(line: str) -> tuple[list[str], dict[str, str]]:
    """Return the command of a line, and the variables that are set in front of it."""
    words = shlex.split(line)
    count = next(i for i, word in enumerate(words) if not re.match(r"\w+=", word))
    variables = dict(word.split("=", 1) for word in words[:count])
    program = {"flask": str(Path(sys.executable).with_name("flask")), "python": sys.executable}
    return [program[words[count]], *words[count + 1 :]], variables


def main(page: Path, folder: Path) -> None:
    """Run all blocks of a page."""
    run = Run(page, folder)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        for block in blocks(page):
            run.run(block)
    except ExampleFailed as failure:
        sys.exit(f"{page.name}, {failure}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
