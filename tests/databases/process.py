"""A throwaway server process: its account, its folder, its port and its end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 30
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 2 * 1024**3

# Reads until the test run says stop, or dies in whatever way; then ends the server and its folder.
WATCHER = """
read _
kill -s "$1" "$2" 2>/dev/null
tries=0
while kill -0 "$2" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf "$3"
"""


class ServerMissing(Exception):
    """This machine has no such server, and none could be started."""


@dataclass(frozen=True)
class Home:
    """The temporary folder of one server, and the account that owns it and runs it."""

    folder: Path
    account: str | None

    def run(self, *command: str | Path) -> None:
        """Run one command to its end in the server's name."""
        run(*command, cwd=self.folder, user=self.account)

    def path(self, name: str) -> Path:
        return self.folder / name

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def new_home(kind: str) -> Home:
    """Make a folder that belongs to an account without privileges."""
    account = unprivileged_account(kind)
    folder = Path(tempfile.mkdtemp(prefix=f"flask-migrate-{kind}-", dir=_fast_folder()))
    if account:
        os.chown(folder, pwd.getpwnam(account).pw_uid, pwd.getpwnam(account).pw_gid)
    return Home(folder, account)


def _fast_folder() -> Path | None:
    """Name the folder that lies in memory if it has room; None is the usual one."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < MEMORY_NEEDED:
        return None
    return MEMORY


def unprivileged_account(kind: str) -> str | None:
    """Name the account to run a server as; None is the account of the test run itself."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    wanted = {"postgresql": "postgres", "mariadb": "mysql"}[kind]
    for name in (wanted, "nobody"):
        if name in names:
            return name
    raise ServerMissing("a server must not run as root, and there is no account 'nobody'")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class ServerProcess:
    """A running server that ends with the test run, however that ends."""

    def __init__(self, home: Home, command: Sequence[str | Path], stop_signal: str) -> None:
        self.home = home
        self.log = home.path("server.log")
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(
                command,
                cwd=home.folder,
                user=home.account,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.watcher = subprocess.Popen(
            ["sh", "-c", WATCHER, "sh", stop_signal, str(self.server.pid), str(home.folder)],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self.server.pid

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Wait until the server answers; say what it logged when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.server.poll() is not None or time.monotonic() > deadline:
                said = last_lines(self.log.read_text(errors="replace"))
                raise ServerMissing(f"the server did not start: {said}")
            time.sleep(0.02)

    def stop(self) -> None:
        with self.watcher.stdin as door:
            door.write(b"stop\n")
        self.server.wait(STOP_SECONDS)
        self.watcher.wait(STOP_SECONDS)


def run(*command: str | Path, **options: Any) -> None:
    """Run a command without input to its end; say the last that it said if it fails."""
    program = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **options,
        )
    except OSError as error:
        raise ServerMissing(f"{program} cannot be run: {error}") from error
    if done.returncode:
        raise ServerMissing(f"{program} failed: {last_lines(done.stdout)}")


def last_lines(text: str) -> str:
    return " | ".join(text.strip().splitlines()[-5:])
