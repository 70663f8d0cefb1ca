"""The commands clean and showurls."""

import pytest
from flask import Flask

from flask_script import Manager
from flask_script.commands import Clean, InvalidCommand, ShowUrls


@pytest.fixture
def show(capsys):
    app = Flask("shop")
    app.add_url_rule("/", "start", lambda: "")
    app.add_url_rule("/item/<int:number>/", "item", str, methods=["POST"])
    app.add_url_rule("/about/", "about", str)
    manager = Manager(app)
    manager.add_command("urls", ShowUrls())

    def lines(*args):
        manager.handle("manage.py", ["urls", *args])
        return capsys.readouterr().out.splitlines()

    return lines


def test_all_rules_are_shown_in_order_of_the_rule(show):
    assert show() == [
        "Rule                     Endpoint",
        "---------------------------------",
        "/                        start",
        "/about/                  about",
        "/item/<int:number>/      item",
        "/static/<path:filename>  static",
    ]


def test_rules_can_be_ordered_by_another_attribute(show):
    endpoints = [line.split()[1] for line in show("--order", "endpoint")[2:]]
    assert endpoints == ["about", "item", "start", "static"]


def test_an_order_that_rules_do_not_have_is_refused(show):
    with pytest.raises(InvalidCommand, match="order them by rule or by endpoint"):
        show("--order", "nothing")


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("/", "/     start     {}"),
        ("/item/3/", "/item/<int:number>/  item      {'number': 3}"),
        ("/about", "redirects to http://localhost/about/"),
        ("/nowhere", "no rule matches /nowhere"),
    ],
)
def test_the_rule_that_a_url_matches_is_shown_whatever_its_method(show, url, line):
    shown = show(url)
    assert shown[0].split() == ["Rule", "Endpoint", "Arguments"]
    assert shown[2] == line


def test_compiled_files_are_removed_and_named(tmp_path, monkeypatch, manager, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep" / "__pycache__").mkdir(parents=True)
    doomed = [tmp_path / "a.pyo", tmp_path / "deep" / "__pycache__" / "b.pyc"]
    for path in (*doomed, tmp_path / "keep.py"):
        path.touch()
    manager.add_command("clean", Clean)
    manager.handle("manage.py", ["clean"])
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["keep.py"]
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "Removing a.pyo",
        "Removing deep/__pycache__/b.pyc",
    ]
