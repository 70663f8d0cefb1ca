"""The documentation is complete: every command, option, name, result and error has its place."""

import dataclasses
import inspect
import re
from pathlib import Path

import click
import pytest

import flask_migrate
from flask_migrate import errors, results
from flask_migrate.cli import db
from tests.documentation import PAGES, ROOT

DOCS = ROOT / "docs"
LINKED = (*PAGES, ROOT / "bench" / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md")

HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OPTION_ROW = re.compile(r"^\| (`-[^|]+) \|", re.MULTILINE)
OPTION = re.compile(r"(?<=`)(--?[a-z-]+)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
COMMON = {"-d", "--directory", "-v", "--verbose"}

FUNCTIONS = sorted(
    name for name in flask_migrate.__all__ if inspect.isfunction(getattr(flask_migrate, name))
)
COMMANDS = sorted(db.commands)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def section(page: Path, title: str) -> str:
    """Return what stands below the heading that begins with `title`, up to the next heading."""
    parts = re.split(r"^#+ ", text_of(page), flags=re.MULTILINE)
    end = r"\b" if title[-1].isalnum() else ""
    found = [part for part in parts if re.match(rf"`?{re.escape(title)}{end}", part)]
    assert len(found) == 1, f"{page.name} has {len(found)} sections '{title}'"
    return found[0]


def options_of(command: click.Command) -> set[str]:
    shown = (p for p in command.params if isinstance(p, click.Option) and not p.hidden)
    return {name for option in shown for name in (*option.opts, *option.secondary_opts)}


def options_told(text: str) -> set[str]:
    return {name for row in OPTION_ROW.findall(text) for name in OPTION.findall(row)}


def anchors(page: Path) -> set[str]:
    titles = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(text_of(page)))
    return {title.replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_documented_with_exactly_its_options(name):
    told = options_told(section(DOCS / "commands.md", f"flask db {name}"))
    assert told - COMMON == options_of(db.commands[name]) - COMMON


@pytest.mark.parametrize("name", COMMANDS)
def test_the_arguments_of_a_command_stand_in_its_heading(name):
    heading = section(DOCS / "commands.md", f"flask db {name}").splitlines()[0]
    arguments = [p for p in db.commands[name].params if isinstance(p, click.Argument)]
    assert heading.count("[") == len(arguments)
    assert all(argument.name.upper() in heading for argument in arguments)


def test_the_options_of_every_command_and_of_the_group_are_documented():
    assert options_told(section(DOCS / "commands.md", "Options of every command")) == COMMON
    told = options_told(section(DOCS / "commands.md", "Options of `flask db` itself"))
    assert told == options_of(db)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_have_help_texts(name):
    command = db.commands[name]
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    assert command.help
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_documented_with_its_signature(name):
    told = section(DOCS / "api.md", f"{name}(").splitlines()[0]
    assert told == f"`{name}{_signature(getattr(flask_migrate, name))}`"


@pytest.mark.parametrize("name", sorted({*flask_migrate.__all__} - {*FUNCTIONS}))
def test_a_public_name_that_is_no_function_is_documented(name):
    assert re.search(rf"`{name}\b", text_of(DOCS / "api.md"))


@pytest.mark.parametrize(
    "name", sorted(n for n, v in vars(flask_migrate.Migrate).items() if inspect.isfunction(v))
)
def test_a_public_method_of_migrate_is_documented_with_its_signature(name):
    if not name.startswith("_"):
        signature = _signature(vars(flask_migrate.Migrate)[name]).replace("self, ", "", 1)
        assert f"`{name}{signature}`" in text_of(DOCS / "api.md")


@pytest.mark.parametrize(
    "cls",
    [c for c in vars(results).values() if dataclasses.is_dataclass(c)],
    ids=lambda c: c.__name__,
)
def test_a_result_is_documented_with_every_field(cls):
    told = section(DOCS / "api.md", cls.__name__)
    properties = [n for n, v in vars(cls).items() if isinstance(v, property)]
    names = [f.name for f in dataclasses.fields(cls)] + properties
    assert [name for name in names if f"`{name}`" not in told] == []


@pytest.mark.parametrize(
    "cls",
    [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, errors.MigrateError)],
    ids=lambda c: c.__name__,
)
def test_an_error_is_documented(cls):
    assert section(DOCS / "errors.md", cls.__name__)


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page):
    for link in LINK.findall(text_of(page)):
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_reached_from_the_index():
    linked = {link.partition("#")[0] for link in LINK.findall(text_of(DOCS / "index.md"))}
    assert {page.name for page in DOCS.glob("*.md")} - {"index.md"} <= linked


def _signature(function: object) -> str:
    signature = inspect.signature(function)
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))
