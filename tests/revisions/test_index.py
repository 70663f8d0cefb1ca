"""The index: the same results as Alembic's reading, whatever became of files or index."""

from __future__ import annotations

import os
import subprocess
import warnings
from pathlib import Path
from threading import Thread

import pytest
from alembic.script import ScriptDirectory
from bench.histories import Revision, line, with_merges, write
from hypothesis import given, settings

import flask_migrate
from flask_migrate.revisions import index as index_module
from flask_migrate.revisions import index_file
from flask_migrate.revisions.folder import open_folder
from flask_migrate.runner.config import config_for
from tests.application import application

from .histories import histories


class Folder:
    """A migrations folder, as Alembic reads it and as we do."""

    def __init__(self, place):
        self.place = place
        self.versions = place / "versions"
        self.versions.mkdir(parents=True)
        (place / "env.py").touch()
        (place / "alembic.ini").write_text("[alembic]\n")

    def write(self, *revisions):
        write(revisions, self.versions)
        return self

    def file(self, revision):
        return next(self.versions.glob(f"{revision}_*.py"))

    @property
    def config(self):
        return config_for(str(self.place))

    @property
    def index(self):
        return next(self.place.glob("__pycache__/flask_migrate/*.index"))

    def read(self):
        return told(open_folder(self.config))

    def read_by_alembic(self):
        return told(ScriptDirectory.from_config(self.config))


def told(scripts):
    """Return all that people see of a history."""
    return [
        (
            script.revision,
            script.down_revision,
            script.dependencies,
            script.branch_labels,
            script.nextrev,
            script.path,
            script.doc,
            script.longdoc,
            _without_order(script.log_entry),
            _without_order(script.cmd_format(verbose=False, include_branches=True)),
            _without_order(str(script)),
            repr(script) if not script.branch_labels else "",
        )
        for script in scripts.walk_revisions()
    ]


def _without_order(text):
    """Return a text so that the order of a set in it plays no part."""
    return sorted(text.replace(",", " ").replace("(", "( ").replace(")", " )").split())


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "migrations")


@pytest.fixture
def opened_files(monkeypatch):
    """The names of the revision files that were read."""
    names = []
    content = index_module._content

    def read(path):
        names.append(Path(path).name.partition("_")[0])
        return content(path)

    monkeypatch.setattr(index_module, "_content", read)
    return names


@pytest.fixture
def settled(monkeypatch):
    """Make every file count as written long ago."""
    monkeypatch.setattr(index_file, "COARSE", -(10**12))


THREE = (Revision("a1"), Revision("b1", ("a1",)), Revision("c1", ("b1",), ("core",)))


@settings(max_examples=15, deadline=None)
@given(histories())
def test_any_history_is_read_as_alembic_reads_it(tmp_path_factory, history):
    folder = Folder(tmp_path_factory.mktemp("any") / "migrations").write(*history)
    wanted = {row[0]: row for row in folder.read_by_alembic()}
    assert {row[0]: row for row in folder.read()} == wanted
    assert {row[0]: row for row in folder.read()} == wanted


def test_a_file_that_went_is_no_revision_any_more(folder, settled):
    folder.write(*THREE).read()
    folder.file("c1").unlink()
    assert folder.read() == folder.read_by_alembic()


def test_a_script_has_its_module(folder):
    folder.write(*THREE)
    for _ in range(2):
        script = open_folder(folder.config).get_revision("c1")
        assert (script.module.revision, script.module.branch_labels) == ("c1", "core")
        assert script.module is script.module


@pytest.mark.parametrize("shape", [line, with_merges])
def test_histories_in_their_order(folder, shape):
    folder.write(*shape(60))
    wanted = folder.read_by_alembic()
    assert folder.read() == wanted
    assert folder.read() == wanted


def test_files_that_are_known_are_not_opened_again(folder, opened_files, settled):
    folder.write(*THREE).read()
    assert opened_files == ["a1", "b1", "c1"]
    folder.read()
    assert opened_files == ["a1", "b1", "c1"]


def test_only_the_file_that_changed_is_opened(folder, opened_files, settled):
    folder.write(*THREE).read()
    opened_files.clear()
    folder.write(Revision("d1", ("c1",)))
    folder.file("b1").write_text(str(Revision("b1", ("a1",), message="Edited")))
    assert folder.read() == folder.read_by_alembic()
    assert opened_files == ["b1", "d1"]


def test_files_as_young_as_the_index_are_compared_by_their_content(folder, opened_files):
    folder.write(*THREE).read()
    opened_files.clear()
    folder.read()
    assert opened_files == ["a1", "b1", "c1"]


def test_files_that_were_compared_are_trusted_when_they_are_older(
    folder, opened_files, monkeypatch
):
    folder.write(*THREE).read()
    monkeypatch.setattr(index_file, "COARSE", -(10**12))
    folder.read()
    opened_files.clear()
    assert folder.read() == folder.read_by_alembic()
    assert opened_files == []


def test_an_edit_that_keeps_size_and_time_is_seen(folder, settled):
    folder.write(*THREE).read()
    file = folder.file("c1")
    before = file.stat()
    file.write_text(file.read_text().replace("'core'", "'cara'"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert folder.read() == folder.read_by_alembic()


def test_an_edit_in_the_same_tick_of_the_clock_is_seen(folder, monkeypatch):
    """A clock that stands still shows neither the edit nor any other."""
    monkeypatch.setattr("flask_migrate.revisions.listing._stamp", lambda _: (1, 2**62, 2**62, 1))
    folder.write(*THREE).read()
    file = folder.file("c1")
    file.write_text(file.read_text().replace("'core'", "'cara'"))
    assert folder.read() == folder.read_by_alembic()


def test_a_renamed_file_is_found_at_its_new_place(folder, settled):
    folder.write(*THREE).read()
    folder.file("b1").rename(folder.versions / "zz.py")
    assert folder.read() == folder.read_by_alembic()


def test_a_folder_that_was_copied_is_read_there(folder, tmp_path, settled):
    folder.write(*THREE).read()
    subprocess.run(["cp", "-a", folder.place, tmp_path / "copy"], check=True)
    folder.place = tmp_path / "copy"
    assert folder.read() == folder.read_by_alembic()


DAMAGED = {
    "empty": lambda _: b"",
    "cut off": lambda found: found[:-20],
    "one letter wrong": lambda found: found.replace(b'"a1"', b'"a2"'),
    "a line missing": lambda found: found.rsplit(b"\n", 1)[0],
    "no JSON": lambda found: b"\xff\xfe\n" + found,
    "JSON of another kind": lambda _: b"[]\n{}",
    "another version's": lambda found: found.replace(b'"for": [', b'"for": [0, '),
    "another Python's": lambda found: found.replace(b"GCC", b"gcc").replace(b"Clang", b"clang"),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_an_index_that_cannot_be_used_is_silently_made_anew(folder, damage, capfd, settled):
    folder.write(*THREE).read()
    good = folder.index.read_bytes()
    folder.index.write_bytes(damage(good))
    assert folder.read() == folder.read_by_alembic()
    assert folder.index.read_bytes() == good
    assert capfd.readouterr() == ("", "")


def test_an_index_of_other_files_is_not_believed(folder, tmp_path, settled):
    other = Folder(tmp_path / "other").write(Revision("x1"), Revision("y1", ("x1",)))
    other.read()
    folder.write(*THREE).read()
    folder.index.write_bytes(other.index.read_bytes())
    assert folder.read() == folder.read_by_alembic()


def test_a_folder_that_cannot_be_written_is_read_without_an_index(folder, capfd):
    (folder.place / "__pycache__").write_text("in the way")
    assert folder.write(*THREE).read() == folder.read_by_alembic()
    assert capfd.readouterr() == ("", "")


def test_processes_that_write_at_the_same_time_leave_a_whole_index(folder, settled):
    folder.write(*line(40))
    wanted = folder.read_by_alembic()
    results = []

    def read():
        for _ in range(8):
            for index in folder.place.rglob("*.index"):
                index.unlink(missing_ok=True)
            results.append(folder.read() == wanted)

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 32
    assert {file.suffix for file in folder.index.parent.iterdir()} == {"", ".index"}


def test_git_sees_nothing_of_the_index(folder, tmp_path):
    def git(*arguments):
        done = subprocess.run(
            ["git", "-c", "core.excludesFile=", *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    git("init", "-q")
    folder.write(*THREE)
    git("add", ".")
    before = git("status", "--porcelain", "--untracked-files=all")
    open_folder(folder.config)
    assert folder.index.exists()
    assert git("status", "--porcelain", "--untracked-files=all") == before


def test_bytecode_elsewhere_takes_the_index_with_it(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.pycache_prefix", str(tmp_path / "bytecode"))
    folder.write(*THREE)
    open_folder(folder.config)
    assert not (folder.place / "__pycache__").exists()
    assert list((tmp_path / "bytecode").rglob("*.index"))


def test_what_is_no_constant_is_executed_each_time(folder, settled):
    folder.write(*THREE)
    (folder.versions / "d1_.py").write_text("revision = 'd' + '1'\ndown_revision = 'c1'\n")
    wanted = folder.read_by_alembic()
    assert folder.read() == wanted
    assert folder.read() == wanted


def test_several_locations_that_share_files_are_read_once(folder, tmp_path, settled):
    other = Folder(tmp_path / "other").write(Revision("d1", ("c1",)))
    (other.versions / "link.py").symlink_to(folder.write(*THREE).file("a1"))
    places = f"{folder.versions};{other.versions};{folder.versions}"
    ini = f"[alembic]\nversion_path_separator = ;\nversion_locations = {places}\n"
    (folder.place / "alembic.ini").write_text(ini)
    for _ in range(2):
        with warnings.catch_warnings(record=True) as theirs:
            warnings.simplefilter("always")
            wanted = folder.read_by_alembic()
        with warnings.catch_warnings(record=True) as ours:
            warnings.simplefilter("always")
            assert folder.read() == wanted
        assert [str(w.message) for w in ours] == [str(w.message) for w in theirs]
        assert len(wanted) == 4


def test_folders_in_folders_are_read_where_that_is_asked_for(folder, settled):
    ini = "[alembic]\nrecursive_version_locations = true\n"
    (folder.place / "alembic.ini").write_text(ini)
    for number, revision in enumerate(line(12)):
        place = folder.versions / ("z" * (number % 3)) / ("a" * (number % 2))
        place.mkdir(parents=True, exist_ok=True)
        write([revision], place)
    wanted = folder.read_by_alembic()
    assert len(wanted) == 12
    assert folder.read() == wanted
    assert folder.read() == wanted


def test_files_of_other_names_are_no_revisions(folder, settled):
    folder.write(*THREE)
    for name in ("__init__.py", ".#a1.py", "notes.txt", "a1.pyc", "a1.py.orig", "#b1.py#"):
        (folder.versions / name).write_text("raise SystemExit")
    (folder.versions / "folder.py").mkdir()
    assert folder.read() == folder.read_by_alembic()


def test_compiled_files_alone_are_read_by_alembic(folder, settled):
    import py_compile

    (folder.place / "alembic.ini").write_text("[alembic]\nsourceless = true\n")
    folder.write(*THREE)
    file = folder.file("c1")
    py_compile.compile(str(file), cfile=str(file.with_suffix(".pyc")))
    file.unlink()
    assert [row[0] for row in folder.read()] == ["c1", "b1", "a1"]


def test_a_class_in_place_of_alembics_reads_the_files_itself(folder, monkeypatch):
    class OwnDirectory(ScriptDirectory):
        @classmethod
        def from_config(cls, config):
            return cls(config.get_main_option("script_location"))

        def _load_revisions(self):
            return (s for s in super()._load_revisions() if s.revision != "c1")

    monkeypatch.setattr("alembic.command.ScriptDirectory", OwnDirectory)
    folder.write(*THREE)
    opened = open_folder(folder.config)
    assert type(opened) is OwnDirectory
    assert opened.get_heads() == ["b1"]


def test_a_folder_with_nothing_but_an_index_is_empty_to_init(tmp_path):
    with application(f"sqlite:///{tmp_path}/app.db", tmp_path / "migrations"):
        flask_migrate.init()
        flask_migrate.heads()
        for path in (tmp_path / "migrations").iterdir():
            if path.is_file():
                path.unlink()
            elif path.name != "__pycache__":
                path.rmdir()
        assert "env.py" in flask_migrate.init().files


@pytest.fixture
def noted(tmp_path):
    """A folder whose files note when they are executed."""
    with application(f"sqlite:///{tmp_path}/app.db", tmp_path / "migrations") as app:
        flask_migrate.init()
        log = tmp_path / "log"
        log.touch()
        for revision in line(4):
            write([revision], tmp_path / "migrations" / "versions")
            file = next((tmp_path / "migrations" / "versions").glob(f"{revision.id}_*.py"))
            note = f"with open({str(log)!r}, 'a') as log: log.write('{revision.message[-1]}')\n"
            file.write_text(
                file.read_text().replace("import sqlalchemy", f"{note}import sqlalchemy")
            )
        yield app, log


LOOKS = {
    "heads": flask_migrate.heads,
    "history": flask_migrate.history,
    "history with the current": lambda: flask_migrate.history(indicate_current=True),
    "branches": flask_migrate.branches,
    "show": flask_migrate.show,
    "current": flask_migrate.current,
    "stamp": flask_migrate.stamp,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_looking_executes_no_revision_file(noted, look):
    _, log = noted
    look()
    assert log.read_text() == ""


def test_a_file_is_executed_only_when_it_runs(noted):
    _, log = noted
    flask_migrate.upgrade(revision="+2")
    assert log.read_text() == "01"
    flask_migrate.upgrade(revision="+1")
    assert log.read_text() == "012"
    flask_migrate.upgrade()
    flask_migrate.upgrade()
    assert log.read_text() == "0123"
    flask_migrate.downgrade()
    assert log.read_text() == "01233"
