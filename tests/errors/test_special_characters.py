"""Signs that mean something in URLs, shells or configuration files: they work everywhere."""

import json
import secrets
from urllib.parse import quote

import pytest

from tests.errors.accounts import account
from tests.errors.project import Project
from tests.errors.told import lacks_password

# PyMySQL writes a password in Latin-1, whatever the server expects: it must be ASCII there.
PASSWORDS = {
    "postgresql": "p@ss:w/rd #%41 ü ß ? & = + ' \" \\ %(x)s $HOME {0} [1]",
    "mariadb": "p@ss:w/rd #%41 ? & = + ' \" \\ %(x)s $HOME {0} [1]",
}


@pytest.mark.parametrize("kind", PASSWORDS)
@pytest.mark.parametrize("written", ["as text", "as an object"])
def test_user_password_and_database_may_have_any_sign(request, tmp_path, kind, written):
    """In a text, user and password are encoded; SQLAlchemy 2.0 takes the database as it is."""
    server = request.getfixturevalue(f"{kind}_server")
    user, password = f"ü s@r:/#%41 {secrets.token_hex(4)}", PASSWORDS[kind]
    name = "d ü b" if written == "as text" else "d @:b#%41 ü"
    with account(server, user, password, f"{name} {secrets.token_hex(4)}") as url:
        whole_way(Project(tmp_path, as_text(url) if written == "as text" else url))


def as_text(url):
    """Write a URL as a careful user does; SQLAlchemy 2.0.16 encodes too little."""
    login = f"{quote(url.username, '')}:{quote(url.password, '')}"
    plain = url.set(username="user", password="word").render_as_string(hide_password=False)
    return plain.replace("user:word", login)


@pytest.mark.parametrize(
    "name", ["my blog", "50% off", "%(here)s", "café #1 @home", "a:b;c,d", "'q' \"q\""]
)
def test_folders_and_database_files_may_have_any_name(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    whole_way(Project(folder, f"sqlite:///{folder.as_posix()}/{name}.db"))


def whole_way(project):
    """Go from nothing to a database and back."""
    for command in ("init", "migrate -m first", "upgrade", "check", "downgrade", "upgrade --sql"):
        run = project.db(*command.split())
        assert run.code == 0, run.err
        lacks_password(project, run)
    run = project.db("current", "--json")
    assert json.loads(run.out)[0]["revisions"] == []
    lacks_password(project, run)
