"""Passwords, and what is left of a text when they are taken out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from sqlalchemy import URL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STARS: Final = "***"

_IN_URL = re.compile(r"(?<=://)([^:/@\s]*):(?!<)(\S*)@")
_NAME: Final = r"[\w.]*(?:password|passwd|passphrase|pwd|secret|token)"
_IN_QUERY = re.compile(rf"([?&;]{_NAME}=)([^&;\s'\"]+)", re.IGNORECASE)
_SECRET_KEY = re.compile(r"password|passwd|passphrase|\w_pwd", re.IGNORECASE)
_URL_TEXT = re.compile(r"(?s)[\w+.]+://([^:/@]*):(.*)@(.*)")

LONG: Final = 8
"""A password of this length is taken out of the middle of a word as well."""

COMMON: Final = ("password", "postgres", "postgresql", "mysql", "mariadb", "user", "root")
"""Words that sentences are made of, and that are used as passwords."""


def hidden(text: str, passwords: Iterable[str] = ()) -> str:
    """Return a text without the passwords of the URLs in it, and without those that are known.

    A known password is found as it is, encoded as in a URL, and quoted as by
    Python or JSON.
    """
    text = _pattern(frozenset(p for p in passwords if p.strip("*"))).sub(STARS, text)
    text = _IN_URL.sub(rf"\1:{STARS}@", text)
    return _IN_QUERY.sub(rf"\1{STARS}", text)


def hidden_url(url: str | URL) -> str:
    """Return a URL without its password, be it well-formed or not."""
    text = _text(url)
    return hidden(text) if "://" in text else re.sub(r":.*@", f":{STARS}@", text)


def passwords_in(*values: Any) -> set[str]:
    """Return the passwords in URLs, in texts that are URLs, and in configurations.

    A password that is also the name of a user, a host or a database, or that
    half the world uses, is left out: as a word it is no secret, and hiding it
    would make every sentence unreadable, or tell it.
    """
    urls: set[str] = set()
    secrets: set[str] = set()
    for name, value in _leaves(values):
        if "://" in value:
            urls.add(value)
        elif _is_secret(name):
            secrets.add(value)
    passwords, names = _in_urls(frozenset(urls))
    return (passwords | secrets) - names


@cache
def _is_secret(name: str) -> bool:
    return bool(_SECRET_KEY.search(name))


@cache
def _in_urls(urls: frozenset[str]) -> tuple[set[str], set[str]]:
    """Return the passwords in URLs, and the names there."""
    passwords: set[str] = set()
    names: set[str] = set(COMMON)
    for url in urls:
        _take_apart(url, passwords, names)
    return passwords, names


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a value, with the key that it stands under."""
    if isinstance(value, (str, URL)):  # a URL is a tuple as well
        yield name, _text(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, str):
                yield str(key), item
            elif isinstance(item, (Mapping, list, tuple)):
                yield from _leaves(item, str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item, name)


def _take_apart(url: str, passwords: set[str], names: set[str]) -> None:
    """Add what stands in a URL for a password, typed well or not, and its names."""
    passwords |= {unquote_plus(secret) for _, secret in _IN_QUERY.findall(url)}
    match = _URL_TEXT.fullmatch(url)
    if match is not None:
        user, typed, rest = match.groups()
        names |= {unquote(user), *re.split(r"\W+", unquote(rest.split("?")[0]))}
        # Where an @ was left unencoded, drivers show the pieces as parts of the host.
        passwords |= {typed, unquote(typed), unquote_plus(typed), *typed.split("@")}


@cache
def _pattern(passwords: frozenset[str]) -> re.Pattern[str]:
    """Return what finds the passwords; nothing where there is none."""
    forms = {form for password in passwords for form in _forms(password)}
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest_first)) or r"(?!)", re.IGNORECASE)


def _forms(password: str) -> Iterator[str]:
    """Yield the ways in which a password is written in URLs, in Python, JSON and alembic.ini."""
    ways = (password, quote(password, ""), quote(password, " +"), quote(password))
    for form in {*ways, quote_plus(password)}:
        yield form
        yield form.replace("%", "%%")
        yield repr(form)[1:-1]
        yield json.dumps(form)[1:-1]
        yield json.dumps(form, ensure_ascii=False)[1:-1]


def _bounded(form: str) -> str:
    """Return the pattern that finds a password; a short one only where it is a whole word."""
    if len(form) >= LONG:
        return re.escape(form)
    before = r"(?<!\w)" if re.match(r"\w", form) else ""
    after = r"(?!\w)" if re.search(r"\w$", form) else ""
    return f"{before}{re.escape(form)}{after}"


def _text(url: str | URL) -> str:
    return url.render_as_string(hide_password=False) if isinstance(url, URL) else url
