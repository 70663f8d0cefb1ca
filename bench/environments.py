"""Two virtual environments that differ in one package: this Flask-Migrate, and 4.1.0."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".venv-bench"
OTHER = "4.1.0"
SHOWN = ("flask", "flask-sqlalchemy", "sqlalchemy", "alembic")


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> str:
        """The path of its Python."""
        return str(self.folder / ("Scripts" if os.name == "nt" else "bin") / "python")

    def pip(self, *arguments: str) -> str:
        """Run pip in it and return what it prints."""
        command = [self.python, "-m", "pip", "--disable-pip-version-check", *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    def frozen(self) -> list[str]:
        """Return what is installed, as ``name==version``, without Flask-Migrate."""
        lines = self.pip("list", "--format=freeze", "--exclude=pip", "--exclude=setuptools")
        return [line for line in lines.splitlines() if not line.lower().startswith("flask-migrate")]


def prepared() -> tuple[Environment, Environment]:
    """Return the environments of 4.1.0 and of this tree; both have the same other packages."""
    this, other = _made("this"), _made(OTHER)
    this.pip("install", "--quiet", str(ROOT))
    this.pip("install", "--quiet", "--no-deps", "--force-reinstall", str(ROOT))
    packages = this.frozen()
    if other.frozen() != packages:
        other.pip("install", "--quiet", f"Flask-Migrate=={OTHER}", *packages)
    if other.frozen() != packages:
        sys.exit(f"The environments differ; remove {CACHE.name} and run this again.")
    return other, this


def versions(environment: Environment) -> str:
    """Return the versions of the packages that both environments share, as a sentence's part."""
    installed = dict(line.split("==") for line in environment.frozen())
    by_name = {name.lower().replace("_", "-"): (name, v) for name, v in installed.items()}
    return ", ".join(" ".join(by_name[name]) for name in SHOWN)


def _made(name: str) -> Environment:
    environment = Environment(CACHE / name)
    if not Path(environment.python).exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment.folder)], check=True)
    return environment
