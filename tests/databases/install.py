"""A server's programs: where they are on this machine, or how they come here."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.databases.process import ServerMissing, run

POLICY = Path("/usr/sbin/policy-rc.d")
APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300")


def search_path() -> list[str]:
    """List the folders of PATH, then those that an ordinary user's PATH leaves out."""
    return [*os.get_exec_path(), "/usr/sbin", "/usr/local/sbin"]


def find(
    programs: Sequence[str], places: Iterable[str], lowest: tuple[int, int]
) -> list[Path] | None:
    """Find the first place that has all the programs, the first one not older than lowest.

    A place is one folder, or several written like PATH.
    """
    for place in places:
        paths = [shutil.which(program, path=place) for program in programs]
        if all(paths) and version(paths[0]) >= lowest:
            return [Path(path).resolve() for path in paths]
    return None


def version(program: str) -> tuple[int, int]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major, minor = re.search(r"(\d+)(?:\.(\d+))?|$", said.stdout).groups()
    return int(major or 0), int(minor or 0)


def obtain(
    search: Callable[[], list[Path] | None], installers: Iterable[Callable[[], None]]
) -> list[Path]:
    """Find the programs; while there are none, install them in one way after the other."""
    reasons = ["there is none on this machine that is new enough"]
    found = search()
    for install in installers:
        if found:
            break
        try:
            install()
        except ServerMissing as reason:
            reasons.append(str(reason))
        found = search()
    if not found:
        raise ServerMissing("; ".join(reasons))
    return found


def apt_install(*packages: str) -> None:
    """Install Debian packages, without starting the services they bring."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ServerMissing(f"only root can `apt-get install {' '.join(packages)}`")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with services_left_off():
        run(*APT, "update", env=quiet)
        run(*APT, "install", "--no-install-recommends", *packages, env=quiet)


@contextmanager
def services_left_off() -> Iterator[None]:
    """Debian starts what it installs unless this file says no."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def pip_install(package: str, folder: Path) -> None:
    """Unpack one wheel into a folder of its own, without what it depends on."""
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder, package)
