"""A folder in which command lines are typed as a document writes them."""

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Terminal:
    """A folder, and the environment variables that are set there; every warning is an error."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def type(self, line: str, *, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a line that begins with `flask` or `python`; it must end with this exit code."""
        first, *rest = shlex.split(line)
        program = {"flask": str(Path(sys.executable).with_name("flask")), "python": sys.executable}
        done = subprocess.run(
            [program[first], *rest],
            cwd=self.folder,
            env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONUTF8": "1", **self.variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == exit_code, f"{line}\n{done.stdout}{done.stderr}"
        return done

    def write(self, name: str, text: str) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def tables(self, database: str = "instance/app.db") -> dict[str, list[str]]:
        """Return the tables of an SQLite file with the names of their columns."""
        return tables_of(f"sqlite:///{self.folder / database}")


def tables_of(url: str) -> dict[str, list[str]]:
    """Return the tables of a database, but the log, with the names of their columns."""
    from sqlalchemy import create_engine, inspect

    engine = create_engine(url)
    try:
        found = inspect(engine)
        names = [name for name in found.get_table_names() if not name.endswith("_log")]
        return {name: [c["name"] for c in found.get_columns(name)] for name in names}
    finally:
        engine.dispose()


def corrected(text: str, slips: dict[str, str]) -> str:
    """Return what a document means: each typing slip replaced; each must be there."""
    for written, meant in slips.items():
        assert written in text, f"the document does not write {written!r}"
        text = text.replace(written, meant)
    return text
