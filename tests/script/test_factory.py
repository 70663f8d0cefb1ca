"""`Manager(create_app)`: options before `db` reach the factory, which knows that `db` runs."""

import pytest

from tests.seeds.terminal import Terminal

MANAGE_PY = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_script import Manager
from flask_migrate import Migrate, MigrateCommand, migrating

db = SQLAlchemy()

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)

def create_app(config=None):
    print("migrating:", migrating())
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{config}.db"
    db.init_app(app)
    Migrate(app, db)
    if not migrating():
        with app.app_context():
            db.session.execute(db.select(User)).all()
    return app

manager = Manager(create_app)
manager.add_option("-c", "--config", dest="config", default="development")
manager.add_command("db", MigrateCommand)
manager.add_command("database", MigrateCommand)

@manager.command
def serve():
    return 0

if __name__ == "__main__":
    manager.run()
"""


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.write("manage.py", MANAGE_PY)
    return terminal


def test_the_database_of_the_chosen_configuration_is_migrated(terminal):
    terminal.type("python manage.py db init")
    terminal.type("python manage.py -c production db migrate")
    told = terminal.type("python manage.py -c production db upgrade")
    assert told.stdout == "migrating: True\n"
    assert "user" in terminal.tables("instance/production.db")
    assert "user" not in terminal.tables("instance/development.db")


def test_a_factory_that_queries_may_run_before_the_tables_are_there(terminal):
    assert terminal.type("python manage.py --config x db init").stdout == "migrating: True\n"
    assert "no such table" in terminal.type("python manage.py serve", exit_code=1).stderr


def test_the_group_may_have_another_name(terminal):
    told = terminal.type("python manage.py database init")
    assert told.stdout == "migrating: True\n"
    assert "Next: python manage.py database migrate" in told.stderr


def test_flask_takes_the_same_factory_with_its_argument(terminal):
    terminal.type("python manage.py db init")
    flask = "flask --app \"manage:create_app('production')\""
    terminal.type(f"{flask} db migrate")
    assert terminal.type(f"{flask} db upgrade").stdout == "migrating: True\n"
    assert "user" in terminal.tables("instance/production.db")
