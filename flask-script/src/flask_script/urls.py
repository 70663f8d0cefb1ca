"""The command that shows the application's URL rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from .base import Command, InvalidCommand
from .options import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.routing import MapAdapter, Rule


class ShowUrls(Command):
    """Shows the URL rules of the application, or the one that a URL matches."""

    def __init__(self, order: str = "rule") -> None:
        super().__init__()
        self.order = order

    def get_options(self) -> list[Option]:
        """Return the URL to match and the order of the rules."""
        return [
            Option("url", nargs="?", help="show the rule that matches this URL"),
            Option(
                "--order",
                dest="order",
                default=self.order,
                help="attribute of the rules to order them by (default: %(default)s)",
            ),
        ]

    def run(self, url: str | None, order: str) -> None:
        """Print the rules in columns."""
        if url is not None:
            _show(("Rule", "Endpoint", "Arguments"), [_match(url)])
            return
        rules = sorted(current_app.url_map.iter_rules(), key=lambda rule: _key(rule, order))
        _show(("Rule", "Endpoint"), [(rule.rule, rule.endpoint) for rule in rules])


def _key(rule: Rule, order: str) -> str:
    if not hasattr(rule, order):
        raise InvalidCommand(f"URL rules have no {order!r}; order them by rule or by endpoint.")
    return str(getattr(rule, order))


def _match(url: str) -> tuple[str, ...]:
    adapter: MapAdapter = current_app.url_map.bind("localhost")
    try:
        methods = sorted(adapter.allowed_methods(url)) or ["GET"]
        rule, arguments = adapter.match(url, method=methods[0], return_rule=True)
    except RequestRedirect as redirect:
        return (f"redirects to {redirect.new_url}", "", "")
    except NotFound:
        return (f"no rule matches {url}", "", "")
    return rule.rule, rule.endpoint, str(arguments)


def _show(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]
    click.echo(lines[0])
    click.echo("-" * (sum(widths) + 2 * (len(widths) - 1)))
    for line in lines[1:]:
        click.echo(line)
