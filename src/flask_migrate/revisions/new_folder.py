"""Creates a migrations folder from a template: `init`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic.util import template_to_file

from flask_migrate.errors import DirectoryNotEmpty, DirectoryNotWritable, TemplateMissing
from flask_migrate.results import Initialised, Template

if TYPE_CHECKING:
    from alembic.config import Config

BYTECODE: Final = "__pycache__"
"""What git leaves behind of a folder that the branch before had."""


def create_folder(config: Config, directory: str, template: str, *, package: bool) -> Initialised:
    """Write a migrations folder; raises a DirectoryError or TemplateMissing and changes nothing."""
    folder = Path(directory)
    if not (_templates(config) / template).is_dir():
        own = getattr(config, "template_directory", None)
        name = (Path(own) / template).as_posix() if own else template
        raise TemplateMissing(name, [known.name for known in templates(config)])
    if folder.is_dir() and any(path.name != BYTECODE for path in folder.iterdir()):
        raise DirectoryNotEmpty(directory)
    in_the_way = _file_in_the_way(folder)
    if in_the_way is not None:
        raise DirectoryNotWritable(directory, f"{in_the_way} is a file")
    try:
        _write(_templates(config) / template, folder, package=package)
    except OSError as error:
        raise DirectoryNotWritable(directory, error.strerror or str(error)) from error
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return Initialised(directory, template, tuple(files))


def templates(config: Config) -> tuple[Template, ...]:
    """Return the templates that `init` knows, by name."""
    folders = sorted(readme.parent for readme in _templates(config).glob("*/README"))
    return tuple(Template(path.name, _synopsis(path)) for path in folders)


def _write(template: Path, folder: Path, *, package: bool) -> None:
    """Write the files beside their place and move them there, so that all come or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.absolute().parent) as place:
        new = Path(place) / folder.name
        (new / "versions").mkdir(parents=True)
        for source in (path for path in template.iterdir() if path.is_file()):
            _write_file(source, new, location=folder.as_posix())
        for package_folder in (new, new / "versions") if package else ():
            (package_folder / "__init__.py").touch()
        if folder.exists():
            shutil.rmtree(folder / BYTECODE, ignore_errors=True)
            folder.rmdir()
        new.rename(folder)


def _write_file(source: Path, folder: Path, *, location: str) -> None:
    if source.name == "alembic.ini.mako":
        template_to_file(source, folder / "alembic.ini", "utf-8", script_location=location)
    else:
        shutil.copyfile(source, folder / source.name)


def _synopsis(template: Path) -> str:
    lines = (template / "README").read_text(encoding="utf-8").splitlines()
    return lines[0].strip() if lines else ""


def _templates(config: Config) -> Path:
    return Path(config.get_template_directory())


def _file_in_the_way(folder: Path) -> Path | None:
    """Return what stands where the folder, or one that it lies in, has to be made."""
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    return None if existing.is_dir() else existing
