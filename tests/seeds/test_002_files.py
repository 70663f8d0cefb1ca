"""Document 002: a project in four files, the commands by name, and the pitfall of models not seen.

The files stand here as the document writes them; `SLIPS` is what is corrected in them.
config.py is not shown there, and neither are the last two lines that run the manager.
"""

import pytest

from tests.seeds.terminal import Terminal, corrected, tables_of

MIGRATE_PY = """\
#导入flask_script模块
from flask_script import Manager
#导入flask_migrate模块
from flask_migrate import Migrate,MigrateCommand
#导入app
from app import app
#导入数据库链接实例db
from exts import db


#实例化manager对象
manager = Manager(app)
#开始创建app与数据库连接
Migrate(app,db)
#在创建好的对象中添加script子命令
manager.add_command('db',MigrateCommand)
"""

RUN = """
if __name__ == '__main__':
    manager.run()
"""

EXTS_PY = """\
from flask_sqlalchemy import SQLALchemy

db.SQLALchemy()
"""

APP_PY = """\
from flask import Flask
from exts import db
import config
app = Flask(__name__)
app.config.from_object(config)
db.init_app(app)
@app.route('/')
def hello_world():
    return 'Hello World!'


if __name__ == '__main__':
    app.run()
"""

MODELS_PY = """\
from exts import db
class person(db.Model):
    __tablename__ = 'person'
    id = db.column(db.Integer,primary_key=True,autoincrement=True)
    name = db.Column(db.String(100))
"""

IMPORT_MODELS = "form models import Person\n"

SLIPS = {
    "exts.py": {"db.SQLALchemy()": "db = SQLALchemy()", "SQLALchemy": "SQLAlchemy"},
    "models.py": {"class person": "class Person", "db.column": "db.Column"},
    "migrate.py": {"form models": "from models"},
}


@pytest.fixture(params=["sqlite", "mariadb"])
def url(request, new_database):
    return new_database(request.param)


@pytest.fixture
def terminal(tmp_path, url):
    terminal = Terminal(tmp_path)
    terminal.write("config.py", f"SQLALCHEMY_DATABASE_URI = {url!r}\n")
    terminal.write("app.py", APP_PY)
    terminal.write("exts.py", corrected(EXTS_PY, SLIPS["exts.py"]))
    terminal.write("models.py", corrected(MODELS_PY, SLIPS["models.py"]))
    terminal.write("migrate.py", MIGRATE_PY + RUN)
    return terminal


def test_the_commands_by_name(terminal, url):
    # 创建一个migrations文件夹
    terminal.type("python migrate.py db init")
    assert (terminal.folder / "migrations").is_dir()

    # 创建一个迁移文件
    # 注意,这里有一个坑: 没有传入你的models文件中的表, 将会出现无法找到表的情况
    told = terminal.type("python migrate.py db migrate", exit_code=1).stderr
    assert "models.py (person) defines models and was not imported" in told
    assert told.endswith("In app.py, below the line that makes or imports db, add: import models\n")
    assert list(terminal.folder.glob("migrations/versions/*.py")) == []

    # 在这种情况下,需要在migrate中导入表
    import_models = corrected(IMPORT_MODELS, SLIPS["migrate.py"])
    terminal.write("migrate.py", MIGRATE_PY + import_models + RUN)
    terminal.type("python migrate.py db migrate")
    (script,) = terminal.folder.glob("migrations/versions/*.py")
    revision = script.name.split("_")[0]

    # 将创建好的迁移文件映射到数据库中
    terminal.type("python migrate.py db upgrade")
    assert tables_of(url)["person"] == ["id", "name"]

    terminal.type("python migrate.py db downgrade")
    assert "person" not in tables_of(url)

    assert terminal.type("python migrate.py db head").stdout == f"{revision} (head)\n"
    assert revision in terminal.type("python migrate.py db history").stdout

    # 可以使用 --help方法查看可以使用的全部方法
    shown = terminal.type("python migrate.py db --help").stdout
    for command in ("init", "migrate", "upgrade", "downgrade", "heads", "history"):
        assert f"\n    {command} " in shown
