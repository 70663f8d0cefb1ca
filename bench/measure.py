"""Measures processes: the processor time they take, and the most memory they hold."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

KILOBYTE = 1 if sys.platform == "darwin" else 1024
"""The unit in which the system tells a process's memory."""


@dataclass(frozen=True)
class Cost:
    """What one run of a process took."""

    milliseconds: float
    megabytes: float
    statements: int = 0
    """What it sent to the database, where it tells."""
    whole: float = 0
    """The milliseconds of the whole process, where the others are those of a part."""

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.milliseconds - other.milliseconds, self.megabytes - other.megabytes)


@dataclass(frozen=True)
class Subject:
    """A command line in a folder."""

    command: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None
    """Called before each run, and not measured."""
    elapsed: bool = False
    """Whether the time that passes is measured, and not the processor's."""
    environment: Mapping[str, str] = field(default_factory=dict)
    told: str | None = None
    """The file in which the process tells milliseconds of its own, and statements."""

    def run(self) -> Cost:
        """Run it once; it has to end with exit code 0."""
        self.before()
        given = {**os.environ, **self.environment}
        begun = time.perf_counter()
        with subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(self.command)} ended with exit code {process.returncode}.")
        taken = time.perf_counter() - begun
        milliseconds = (taken if self.elapsed else usage.ru_utime + usage.ru_stime) * 1000
        megabytes = usage.ru_maxrss * KILOBYTE / 1_000_000
        if self.told is None:
            return Cost(milliseconds, megabytes)
        part, statements = (self.folder / self.told).read_text().split()
        return Cost(float(part), megabytes, int(statements), milliseconds)


def alternating(subjects: Sequence[Subject], runs: int) -> list[list[Cost]]:
    """Run the subjects one after the other, again and again; return the costs of each."""
    for subject in subjects:
        subject.run()
    rounds = [[subject.run() for subject in subjects] for _ in range(runs)]
    return [list(costs) for costs in zip(*rounds, strict=True)]


def median_of(costs: Sequence[Cost]) -> Cost:
    """Return the medians of time, memory and statements."""
    return Cost(
        median(c.milliseconds for c in costs),
        median(c.megabytes for c in costs),
        int(median(c.statements for c in costs)),
        median(c.whole for c in costs),
    )
