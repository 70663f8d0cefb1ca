"""Which texts were proved to make their type: in this process, or in a fresh interpreter."""

from __future__ import annotations

import json
import os
import signal
import site
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import current_app

from .trial import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .trial import Trial

TIME_OUT: Final = 30.0
"""Seconds that all the modules of one revision have for their import."""

_PROGRAM: Final = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from flask_migrate.autogenerate.imports.trial import main
main()
"""
_LIBRARIES: Final = tuple(
    {
        str(Path(path).resolve())
        for path in (
            *site.getsitepackages(),
            site.getusersitepackages(),
            sysconfig.get_path("purelib"),
            sysconfig.get_path("platlib"),
            sysconfig.get_path("stdlib"),
        )
    }
)


class Proofs:
    """What the trials of one revision have shown."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str, str], str | None] = {}

    def failure(self, trial: Trial) -> str | None:
        """Return why a text cannot be written; None where it was proved."""
        self.make([trial])
        return self._failures[_key(trial)]

    def make(self, trials: Iterable[Trial]) -> None:
        """Make trials, those of the application's own modules in one fresh interpreter."""
        new = {_key(t): t for t in trials if _key(t) not in self._failures}
        own = {key: trial for key, trial in new.items() if _is_own(trial.module)}
        for key in new.keys() - own.keys():
            self._failures[key] = new[key].failure()
        if own:
            self._failures |= zip(own, failures_elsewhere(list(own.values())), strict=True)


def _key(trial: Trial) -> tuple[str, str, str]:
    return trial.text, trial.ddl or "", repr(trial.attributes)


def _is_own(module: str) -> bool:
    """Return whether a module is the application's, be it installed or not."""
    application = current_app.import_name.partition(".")[0] if current_app else None
    return module.partition(".")[0] == application or not is_installed(module)


def is_installed(module: str) -> bool:
    """Return whether a module, loaded here, is of an installed distribution.

    Its import hangs on nothing of the application.
    """
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return False
    folder = str(Path(file).resolve().parent)
    return any(folder == path or folder.startswith(path + os.sep) for path in _LIBRARIES)


def failures_elsewhere(trials: list[Trial]) -> list[str | None]:
    """Make trials in a fresh interpreter, as `flask db` would start it; return their failures."""
    if not sys.executable:
        return ["no Python interpreter is known to try it in"] * len(trials)
    command = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)]
    answers = _answers(command, as_json(trials))
    unknown = f"its import was not over after {TIME_OUT:.0f} s, or ended the interpreter"
    return [*answers, *[unknown] * (len(trials) - len(answers))]


def _answers(command: list[str], questions: str) -> list[Any]:
    with subprocess.Popen(  # noqa: S603 # this interpreter
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"FLASK_RUN_FROM_CLI": "true"},  # so that app.run() returns
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            text, _ = process.communicate(questions, timeout=TIME_OUT)
        except subprocess.TimeoutExpired:
            _kill(process)
            text, _ = process.communicate()
        finally:
            _kill(process)
    lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [json.loads(line) for line in lines]


def _kill(process: subprocess.Popen[str]) -> None:
    """End the interpreter and what its modules have started."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
