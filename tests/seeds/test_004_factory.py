"""Document 004: manage.py with an application factory, messages, a changed length, and two slips.

`SLIPS` are the document's typing slips in what is imported, installed and typed. Two more are
typed as they are: `db upgrae` and `db downgradte` get the proposal that the reader needs.
"""

# ruff: noqa: RUF001, RUF003 # the texts are the document's own, in Chinese

from importlib import metadata

import pytest
from sqlalchemy import create_engine, text

from tests.seeds.terminal import Terminal, corrected, tables_of

INSTALL = "pip install flask-mgrate"

MANAGE_PY = """\
from flask_migrate import MigrateCommand
from flask_script import Manager

import App

app = App.create_app()
manager = Manager(app)
# 添加这句，使用flask-script插件
manager.add_command('db', MigrateCommand)

if __name__ == '__main__':
    manager.run()
"""

APP = """\
from flask import Flask
from flask_migrate import Migrate
from App.models import db

def create_app():
    app = Flask(__name__)
    app.config['SQLALCHEMY_DATABASE_URI'] = {url!r}
    db.init_app(app)
    migrate=Migrate(app=app,db=db)
    return app
"""

MODELS = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Student(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
"""

MIGRATE = (
    "python manage.py db migrate --message "
    "生成迁移文件，内部迁移文件通过链表关联(版本号),message表示迁移日志，下同"
)
UPGRADE = "python manage.py db upgrade --message 执行迁移文件，数据库内容升级"
DOWNGRADE = (
    "python manage.py db downgrade --messsage 执行迁移文件，数据库内容降级，这世界还是有后悔药的，"
)

SLIPS = {
    "install": {"flask-mgrate": "flask-migrate"},
    "type": {"--messsage": "--message"},
}

ENV_PY = """\
    connectable = current_app.extensions['migrate'].db.engine
    process_revision_directives = None
    with connectable.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            compare_type=True,
            process_revision_directives=process_revision_directives,
            **current_app.extensions['migrate'].configure_args
        )
"""


@pytest.fixture(params=["sqlite", "mariadb"])
def url(request, new_database):
    return new_database(request.param)


@pytest.fixture
def terminal(tmp_path, url):
    terminal = Terminal(tmp_path)
    terminal.write("manage.py", MANAGE_PY)
    terminal.write("App/__init__.py", APP.format(url=url))
    terminal.write("App/models.py", MODELS)
    return terminal


def scripts(terminal):
    return sorted(path.name for path in terminal.folder.glob("migrations/versions/*.py"))


def test_what_is_installed_has_the_name_that_is_given_to_pip():
    name = corrected(INSTALL, SLIPS["install"]).removeprefix("pip install ")
    assert metadata.metadata(name)["Name"] == "Flask-Migrate"


def test_migrations_with_flask_script(terminal, url):
    # 此时使用`python manage.py db init`(这是初始化指令，只调用一次)，
    # 然后就会发现项目中多了一个migrations文件夹
    terminal.type("python manage.py db init")
    assert (terminal.folder / "migrations").is_dir()

    # 生成迁移文件: 可以在后面加参数 --message '创建Student模型'
    terminal.type("python manage.py db migrate --message '创建Student模型'")
    (script,) = scripts(terminal)
    assert script.endswith("_创建student模型.py")

    # 执行数据库更改
    slip = terminal.type("python manage.py db upgrae", exit_code=2).stderr
    assert "did you mean 'upgrade'?" in slip
    terminal.type("python manage.py db upgrade")
    assert tables_of(url)["student"] == ["id", "name"]
    slip = terminal.type("python manage.py db downgradte", exit_code=2).stderr
    assert "did you mean 'downgrade'?" in slip
    terminal.type("python manage.py db downgrade")
    assert "student" not in tables_of(url)


def messages_of(url):
    """Return what was noted about each run in the log."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT message FROM alembic_version_log ORDER BY id"))
        found = [message for (message,) in rows]
    engine.dispose()
    return found


def test_the_commands_that_the_document_explains(terminal, url):
    terminal.type("python manage.py db init")

    terminal.type(MIGRATE)
    assert len(scripts(terminal)) == 1

    terminal.type(UPGRADE)
    assert "student" in tables_of(url)

    terminal.type(corrected(DOWNGRADE, SLIPS["type"]))
    assert "student" not in tables_of(url)
    typed = [line.split("sage ")[1] for line in (UPGRADE, DOWNGRADE)]
    assert messages_of(url) == typed

    shown = terminal.type("python manage.py db --help").stdout
    assert "\n    upgrade " in shown


def test_a_changed_length_is_detected_with_compare_type_in_env_py(terminal, url):
    terminal.type("python manage.py db init")
    terminal.type("python manage.py db migrate")
    terminal.type("python manage.py db upgrade")

    # 在修改模型的字段的长度后，这时是检测不到数据库模型有更改的
    off = APP.replace("db=db)", "db=db, compare_type=False)")  # the default at that time
    terminal.write("App/__init__.py", off.format(url=url))
    terminal.write("App/models.py", MODELS.replace("String(20)", "String(50)"))
    told = terminal.type("python manage.py db migrate").stderr
    assert "No changes in schema detected." in told

    # 需要在生成migration/env.py中添加一句`compare_type=True`即可
    write_into_env_py(terminal, ENV_PY)
    told = terminal.type("python manage.py db migrate").stderr
    assert "student.name: VARCHAR(length=20) -> String(length=50)" in told
    assert len(scripts(terminal)) == 2


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_changed_length_is_detected_without_it_today(terminal):
    for line in ("init", "migrate", "upgrade"):
        terminal.type(f"python manage.py db {line}")
    terminal.write("App/models.py", MODELS.replace("String(20)", "String(50)"))
    assert "student.name: VARCHAR" in terminal.type("python manage.py db migrate").stderr


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_basic_use_is_by_flask(terminal):
    flask = Terminal(terminal.folder, {"FLASK_APP": "App"})
    flask.type("flask db init")
    flask.type("flask db migrate")
    assert len(scripts(terminal)) == 1


def write_into_env_py(terminal, lines):
    """Put the document's `with` block in the place of the one that `init` wrote."""
    path = terminal.folder / "migrations" / "env.py"
    before, rest = path.read_text(encoding="utf-8").split("    with migrate.db.engine.connect()")
    _, after = rest.split("        )\n", 1)
    path.write_text(before + lines + after, encoding="utf-8")
