"""The genuine Flask-Script 2.0.6 in an environment of its own, with the old pins that it needs.

It is made once, in a folder that git ignores, by the Python that runs the tests. Seen to
work on Python 3.10 to 3.13; Werkzeug 1.0 and Flask 1.1 use what Python 3.14 no longer has.
"""

import os
import secrets
import shutil
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PINS = {
    "flask-script": "2.0.6",
    "flask": "1.1.4",
    "werkzeug": "1.0.1",
    "jinja2": "2.11.3",
    "markupsafe": "2.0.1",
    "itsdangerous": "1.1.0",
    "click": "7.1.2",
}


class GenuineMissing(Exception):
    """The genuine package cannot be had here, for the reason given."""


def genuine_python() -> Path:
    """Return the Python of the environment, which is made if it is not there yet."""
    if sys.version_info >= (3, 14):
        raise GenuineMissing("Flask 1.1 does not run on Python 3.14 and newer")
    pins = PINS | {name: metadata.version(name) for name in ("alembic", "sqlalchemy")}
    return python_with(pins, pins["alembic"], pins["sqlalchemy"])


def python_with(pins: dict[str, str], *words: str) -> Path:
    """Return the Python of an environment that has these packages; the words name its folder."""
    words = (f"{sys.version_info[0]}.{sys.version_info[1]}", *words)
    folder = ROOT / ".venv-genuine" / "-".join(words)
    if not folder.exists():
        _make(folder, pins)
    return _python_of(folder)


def _make(folder: Path, pins: dict[str, str]) -> None:
    """Make it beside its place first, as another test run may be making it, too."""
    new = folder.with_name(f"{folder.name}-{secrets.token_hex(4)}")
    venv.create(new, with_pip=True)
    install = [_python_of(new), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*install, *(f"{name}=={version}" for name, version in pins.items())],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0 and not folder.exists():
        new.rename(folder)
    shutil.rmtree(new, ignore_errors=True)
    if done.returncode:
        raise GenuineMissing(f"pip could not install it: {done.stderr.strip()[-300:]}")


def _python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
