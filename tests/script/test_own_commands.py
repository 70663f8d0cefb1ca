"""Commands that an application adds: to `MigrateCommand`, and to `flask_migrate.cli.db`."""

import sys

import click
import pytest
from flask import current_app

import flask_migrate
from flask_migrate.cli import db
from flask_script import Command, Manager, Option


class Count(Command):
    """Counts the rows."""

    option_list = (Option("--from", dest="start", type=int, default=0),)

    def run(self, start):
        return start + 1


class CountCommand(Count):
    """Its class name ends as the original lets it end."""


class Named(Count):
    name = "tally"


def test_a_function_becomes_a_command_with_its_arguments_as_options(manage, migrate_command):
    @migrate_command.command
    def drop(table, force=False):
        """Drops a table."""
        return f"{table} of {current_app.name}, {force}"

    assert manage("db drop user --force").code == "user of tests.application, True"
    assert "    drop                Drops a table." in manage("db -?").out


def test_options_are_declared_one_by_one(manage, migrate_command):
    @migrate_command.option("-n", "--name", dest="name", default="joe")
    @migrate_command.option("-u", "--url", dest="url")
    def visit(name, url):
        """Visits a page."""
        return name, url

    assert manage("db visit -u /").code == ("joe", "/")
    assert "Visits a page." in manage("db visit -?").out


def test_positional_options_come_in_the_order_in_which_decorators_are_applied(
    manage, migrate_command
):
    @migrate_command.option("second")
    @migrate_command.option("first")
    def show(first, second):
        return first, second

    assert manage("db show 1 2").code == ("1", "2")


def test_the_decorators_return_the_function(migrate_command):
    def show():
        return 1

    assert migrate_command.command(show) is show
    assert migrate_command.option("-a")(show) is show


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("count", Count), "count"),
        (("count", Count()), "count"),
        ((Count,), "count"),
        ((Count(),), "count"),
        ((CountCommand,), "count"),
        ((Named,), "tally"),
        ((Named(),), "tally"),
    ],
)
def test_a_command_is_added_as_class_or_instance_with_or_without_a_name(
    manage, migrate_command, arguments, name
):
    migrate_command.add_command(*arguments)
    assert manage(f"db {name} --from 2").code == 3


def test_a_manager_is_added_below_db(manage, migrate_command):
    rows = Manager(usage="Works on rows")
    rows.add_command("count", Count)
    migrate_command.add_command("rows", rows)
    assert manage("db rows count").code == 1


@pytest.mark.parametrize("name", ["upgrade", "head"])
def test_an_own_command_takes_the_place_of_one_of_the_same_name(manage, migrate_command, name):
    def mine():
        return "mine"

    migrate_command.add_command(name, Command(mine))
    assert manage(f"db {name}").code == "mine"


def test_a_docstring_may_have_a_percent_sign(manage, migrate_command):
    @migrate_command.command
    def fill():
        """Fills 100% of the tables."""

    assert "Fills 100% of the tables." in manage("db -?").out
    assert "Fills 100% of the tables." in manage("db fill -?").out


def test_a_command_of_one_group_is_not_in_another(manage, migrate_command):
    @migrate_command.command
    def drop():
        return 0

    assert "drop" not in flask_migrate.MigrateCommand.create_parser("db").format_help()


def test_a_command_added_to_flask_db_is_there_too(manage, own_click_command):
    @own_click_command("seed")
    @click.option("--times", type=int, default=1, show_default=True, help="How often, in %.")
    @click.option("--dry/--no-dry", default=True, help="Change nothing.")
    @click.option("-v", "--verbose", count=True)
    @click.option("--point", nargs=2, type=float)
    @click.option("--kind", type=click.Choice(["rows", "all"]))
    @click.argument("table")
    @click.argument("columns", nargs=-1)
    def seed(**values):
        """Fills tables, 100% of them."""
        click.echo(sorted(values.items()))

    line = "db seed --times 3 --no-dry -vv --point 1 2 --kind all user id name"
    assert manage(line).out == (
        "[('columns', ('id', 'name')), ('dry', False), ('kind', 'all'), ('point', (1.0, 2.0)), "
        "('table', 'user'), ('times', 3), ('verbose', 2)]\n"
    )
    assert "Fills tables, 100% of them." in manage("db -?").out
    assert "How often, in %." in manage("db seed -?").out


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("db seed --times x", "'x' is not a valid integer"),
        ("db seed --kind x", "'x' is not one of 'rows', 'all'"),
    ],
)
def test_click_checks_the_values_of_its_command(manage, own_click_command, line, complaint):
    @own_click_command("seed")
    @click.option("--times", type=int)
    @click.option("--kind", type=click.Choice(["rows", "all"]))
    def seed(times, kind):
        raise AssertionError("is not called")

    done = manage(line)
    assert done.code == 2
    assert complaint in done.err


def test_a_click_group_below_flask_db_is_there_with_its_commands(manage, own_click_command):
    @click.group()
    def rows():
        """Works on rows."""

    @rows.command("count")
    @click.option("--all", "all_", is_flag=True)
    @click.argument("table")
    def count(all_, table):
        click.echo(f"{table} {all_}")

    db.add_command(rows)
    assert manage("db rows count --all user").out == "user True\n"
    assert manage("db rows nothing").code == 2


def test_manager_is_that_of_flask_script():
    assert flask_migrate.Manager is Manager


@pytest.mark.parametrize(
    "use",
    [
        lambda _: flask_migrate.Manager,
        lambda group: group.command(print),
        lambda group: group.option("-a"),
    ],
)
def test_without_flask_script_the_error_says_what_to_install(migrate_command, monkeypatch, use):
    monkeypatch.setitem(sys.modules, "flask_script", None)
    with pytest.raises(ImportError, match="pip install 'Flask-Script>=3'"):
        use(migrate_command)
