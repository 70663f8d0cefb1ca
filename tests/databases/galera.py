"""A MariaDB Galera cluster for the tests: three servers on this machine, alike from the start."""

import os
import secrets
import signal
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.databases import mariadb
from tests.databases.install import apt_install, obtain
from tests.databases.mariadb import MariaDB
from tests.databases.process import STOP_SECONDS, Home, ServerProcess, new_home

ADVICE = "It needs mariadbd and Galera's library: Debian's mariadb-server-core and galera-4."
SIZE = 3
SETTLE_SECONDS = 30
LIBRARIES = tuple(
    Path(folder) / "libgalera_smm.so"
    for folder in ("/usr/lib/galera", "/usr/lib", "/usr/lib64/galera-4", "/usr/lib64/galera")
)
# Each node makes the tests' account for itself.
ALONE = "SET SESSION wsrep_on = OFF;\n"
SETTINGS = ("--wsrep-on=ON", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2")
LIBRARY_SETTINGS = (
    "gcache.size=8M",
    "gcache.page_size=8M",
    # Two nodes that meet before the third comes would keep it out for 5 seconds.
    "gmcast.time_wait=PT0.3S",
)
# A node that was killed is missed after 3 seconds, not 6; so is one on a machine that is too busy.
SUSPICIOUS = ("evs.suspect_timeout=PT2S", "evs.keepalive_period=PT0.5S")
# What a node finds says that all were one cluster before, equal, and failed at the same time.
# So they agree as soon as they meet, and none has to be brought up to date by another.
DATA_STATE = """\
# GALERA saved state
version: 2.1
uuid:    {data}
seqno:   0
safe_to_bootstrap: 0
"""
VIEW_STATE = """\
my_uuid: {me}
#vwbeg
view_id: 3 {first} 1
bootstrap: 0
{members}
#vwend
"""


class Node(MariaDB):
    """One server of a cluster."""

    @property
    def runs(self) -> bool:
        return self.process is not None

    def status(self, name: str) -> str:
        """Tell a status variable, as `wsrep_cluster_size`."""
        query = text("SHOW GLOBAL STATUS WHERE variable_name = :name")
        with self.engine.connect() as connection:
            return connection.execute(query, {"name": name}).one().Value

    def works_in(self, size: int) -> bool:
        """Tell whether this node takes part in a cluster of so many nodes."""
        try:
            return (
                self.status("wsrep_cluster_size") == str(size)
                and self.status("wsrep_cluster_status") == "Primary"
                and self.status("wsrep_local_state_comment") == "Synced"
            )
        except OperationalError:
            return False

    def kill(self) -> None:
        """End like a machine that fails: the other nodes have to find out."""
        self.close()

    def stop(self) -> None:
        """End in good order: the other nodes are told."""
        pid = self.process.pid
        os.kill(pid, signal.SIGTERM)
        # It stays to be waited for, so that close() cannot end another process by its id.
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        wait_until(lambda: os.waitid(os.P_PID, pid, flags), STOP_SECONDS)
        self.close()

    def close(self) -> None:
        if self.runs:
            super().close()
            self.process = None


class Cluster:
    """The nodes of a cluster, those that were ended among them."""

    def __init__(self, nodes: list[Node], ends: ExitStack) -> None:
        self.nodes = nodes
        self._ends = ends

    @property
    def running(self) -> list[Node]:
        return [node for node in self.nodes if node.runs]

    @contextmanager
    def new_database(self) -> Iterator[list[str]]:
        """Lend one new, empty database: its URL at each node that runs."""
        name = f"test_{secrets.token_hex(8)}"
        nodes = self.running
        with nodes[0].engine.connect() as connection:
            nodes[0].create(connection, name)
        self.catch_up()
        try:
            yield [
                node.url.set(database=name).render_as_string(hide_password=False) for node in nodes
            ]
        finally:
            # A cluster that lost a node ends with its test, and its databases with it.
            if len(self.running) == SIZE:
                self._drop(name)

    def catch_up(self) -> None:
        """Wait until each node has done what the others had done before."""
        for node in self.running:
            with node.engine.connect() as connection:
                connection.execute(text("SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1"))

    def _drop(self, name: str) -> None:
        first, *others = self.nodes
        for node in others:
            with node.engine.connect() as connection:
                mariadb.end_connections(connection, name)
        with first.engine.connect() as connection:
            first.drop(connection, name)

    def settle(self) -> None:
        """Wait until the nodes that run know of each other and miss no other."""
        size = len(self.running)
        wait_until(lambda: all(node.works_in(size) for node in self.running), SETTLE_SECONDS)

    def close(self) -> None:
        self._ends.close()


@dataclass(frozen=True)
class Place:
    """Where a node lives: its files, its ports, and its name within the cluster."""

    home: Home
    port: int
    group_port: int
    catch_up_port: int
    name: uuid.UUID

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.group_port}"


def open_cluster(more: tuple[str, ...] = ()) -> Cluster:
    """Start all nodes at once, and wait until they are a cluster."""
    mariadbd, install_db, _ = mariadb.programs()
    galera = library()
    password = secrets.token_hex(8)
    with ExitStack() as ends:
        places = [_new_place(ends) for _ in range(SIZE)]
        _make_data(places, install_db, password)
        nodes = []
        for place in places:
            options = _options(place, places, galera, more)
            command = [*mariadb.command(place.home, mariadbd, place.port), *options]
            process = ServerProcess(place.home, command, stop_signal="KILL")
            nodes.append(Node(mariadb.local_url(place.port, password), process))
            ends.callback(nodes[-1].close)
        for node in nodes:
            node.process.wait_for(partial(node.works_in, SIZE))
        return Cluster(nodes, ends.pop_all())


def _new_place(ends: ExitStack) -> Place:
    home = new_home("mariadb")
    ends.callback(home.remove)
    return Place(home, *_free_ports(3), uuid.uuid4())


def _free_ports(count: int) -> list[int]:
    with ExitStack() as sockets:
        listeners = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in listeners]


def _make_data(places: list[Place], install_db: Path, password: str) -> None:
    first, *others = places
    mariadb.make_data(first.home, install_db)
    for place in others:
        place.home.run("cp", "-R", first.home.path("data"), place.home.folder)
    data = uuid.uuid4()
    members = "\n".join(f"member: {place.name} 0" for place in places)
    for place in places:
        mariadb.write_first_words(place.home, password, before=ALONE)
        view = VIEW_STATE.format(me=place.name, first=first.name, members=members)
        _write_data(place.home, "grastate.dat", DATA_STATE.format(data=data))
        _write_data(place.home, "gvwstate.dat", view)


def _write_data(home: Home, name: str, content: str) -> None:
    """Write a file that the server's account owns."""
    file = home.path(name)
    file.write_text(content)
    file.chmod(0o644)
    home.run("cp", file, home.path("data"))


def _options(place: Place, places: list[Place], galera: Path, more: tuple[str, ...]) -> list[str]:
    addresses = ",".join(other.address for other in places)
    library_settings = (
        f"gmcast.listen_addr=tcp://{place.address}",
        f"ist.recv_addr=127.0.0.1:{place.catch_up_port}",
        *LIBRARY_SETTINGS,
        *more,
    )
    return [
        *SETTINGS,
        f"--wsrep-provider={galera}",
        f"--wsrep-provider-options={';'.join(library_settings)}",
        f"--wsrep-cluster-address=gcomm://{addresses}",
        f"--wsrep-node-address={place.address}",
    ]


def library() -> Path:
    """Find Galera's library."""
    found = obtain(
        lambda: [path for path in LIBRARIES if path.exists()] or None,
        [partial(apt_install, "galera-4")],
    )
    return found[0]


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it has not come about within {seconds} seconds")
        time.sleep(0.02)
