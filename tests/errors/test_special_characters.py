"""Signs that mean something in URLs, shells or configuration files: they work everywhere."""

import json
import secrets

import pytest

from tests.errors.accounts import account
from tests.errors.project import Project
from tests.errors.told import lacks_password

# PyMySQL writes a password in Latin-1, whatever the server expects: it must be ASCII there.
PASSWORDS = {
    "postgresql": "p@ss:w/rd #%41 ü ß ? & = + ' \" \\ %(x)s $HOME {0} [1]",
    "mariadb": "p@ss:w/rd #%41 ? & = + ' \" \\ %(x)s $HOME {0} [1]",
}


@pytest.fixture(params=["postgresql", "mariadb"])
def nasty_url(request):
    """A database whose user, password and name have such signs in them."""
    server = request.getfixturevalue(f"{request.param}_server")
    user, database = f"ü s@r:/#%41 {secrets.token_hex(4)}", f"d @:b#%41 ü {secrets.token_hex(4)}"
    with account(server, user, PASSWORDS[request.param], database) as url:
        yield url.render_as_string(hide_password=False)


def test_user_password_and_database_may_have_any_sign(tmp_path, nasty_url):
    whole_way(Project(tmp_path, nasty_url))


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
