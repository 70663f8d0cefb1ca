"""Document 001: one manage.py, and the commands that one commonly uses; no typing slips in it."""

# ruff: noqa: RUF001 # the comments are the document's own, in Chinese

from importlib import metadata

import pytest

from tests.seeds.terminal import Terminal

MANAGE_PY = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_script import Manager
from flask_migrate import Migrate, MigrateCommand

app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///app.db'

db = SQLAlchemy(app)

# 初始化 migrate
# 两个参数一个是 Flask 的 app，一个是数据库 db
migrate = Migrate(app, db)

# 初始化管理器
manager = Manager(app)
# 添加 db 命令，并与 MigrateCommand 绑定
manager.add_command('db', MigrateCommand)

# 构建我们的数据模型
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))

if __name__ == '__main__':
    manager.run()
"""

PATH = """\
# 在上面加上这些指向根目录
import sys
import os
curPath = os.path.abspath(os.path.dirname(__file__))
rootPath = os.path.split(curPath)[0]
sys.path.append(rootPath)
"""

COMMANDS = [
    "init",
    "revision",
    "migrate",
    "edit",
    "merge",
    "upgrade",
    "downgrade",
    "show",
    "history",
    "heads",
    "branches",
    "current",
    "stamp",
]


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.write("manage.py", MANAGE_PY)
    return terminal


@pytest.mark.parametrize("name", ["Flask-Migrate", "Flask-Script"])
def test_what_is_installed_has_the_name_that_is_given_to_pip(name):
    assert metadata.metadata(name)["Name"] == name


def test_the_commands_that_one_commonly_uses(terminal):
    terminal.type("python manage.py db init")

    # 追踪生成版本 -m 后面的是自定义的别名
    terminal.type('python manage.py db migrate -m "xxx"')
    (script,) = terminal.folder.glob("migrations/versions/*_xxx.py")

    # 根据文件生成数据库 最新生成的记录
    terminal.type("python manage.py db upgrade")
    assert terminal.tables()["user"] == ["id", "name"]

    # 获取 History ID
    history = terminal.type("python manage.py db history").stdout
    history_id = script.name.removesuffix("_xxx.py")
    assert history == f"<base> -> {history_id} (head), xxx\n"

    # 回滚到某个 history
    terminal.write(
        "manage.py", MANAGE_PY.replace("128))", "128))\n    age = db.Column(db.Integer)")
    )
    terminal.type('python manage.py db migrate -m "age"')
    terminal.type("python manage.py db upgrade")
    assert terminal.tables()["user"] == ["id", "name", "age"]
    terminal.type(f"python manage.py db downgrade {history_id}")
    assert terminal.tables()["user"] == ["id", "name"]


def test_db_alone_shows_the_available_commands(terminal):
    shown = terminal.type("python manage.py db", exit_code=2).stdout
    assert shown.startswith("usage: Perform database migrations\n\nPerform database migrations\n")
    assert [c for c in COMMANDS if f"\n    {c} " not in shown] == []
    assert "\n  -?, --help  " in shown


def test_the_help_flag_that_it_names_shows_the_same(terminal):
    alone = terminal.type("python manage.py db", exit_code=2).stdout
    assert terminal.type("python manage.py db -?").stdout == alone


def test_a_manage_py_below_the_root_finds_models_there_with_the_paths_lines(terminal):
    (terminal.folder / "manage.py").unlink()
    setup, model, run = MANAGE_PY.partition("class User(db.Model):")
    model, run = (model + run).split("\nif __name__")
    terminal.write(
        "models.py", f"from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n{model}"
    )
    setup = setup.replace("db = SQLAlchemy(app)", "from models import db\ndb.init_app(app)")
    terminal.write("tools/manage.py", f"{PATH}{setup}\nif __name__{run}")

    tools = Terminal(terminal.folder / "tools")
    tools.type("python manage.py db init")
    tools.type('python manage.py db migrate -m "xxx"')
    (script,) = tools.folder.glob("migrations/versions/*_xxx.py")
    assert "op.create_table('user'" in script.read_text(encoding="utf-8")
