"""What `Migrate(...)` was given for `context.configure()`, as env.py sees it during a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView


class ConfigureArguments(dict[str, Any]):
    """`app.extensions['migrate'].configure_args` inside env.py.

    It reads and changes like any dict, but ``**configure_args`` hands over
    nothing: the environment fills in what `configure()` was not given. So an
    env.py may name an argument beside ``**configure_args`` that `Migrate(...)`
    was given too, and its own value wins.
    """

    def keys(self) -> KeysView[str]:  # type: ignore[override] # a view as good as dict_keys
        """Return no key: this is what ``**`` asks for."""
        return {}.keys()

    def __iter__(self) -> Iterator[str]:
        # Without an __iter__ of its own, Python copies a dict past its keys().
        return super().__iter__()

    def filled_in(self, given: dict[str, Any], *, offline: bool) -> dict[str, Any]:
        """Return `given` completed by the defaults; what is given wins.

        Each revision gets a transaction of its own, on SQLite too, where Alembic
        assumes that DDL cannot be part of one.
        """
        defaults: dict[str, Any] = {
            "transaction_per_migration": True,
            "compare_type": True,
            "compare_server_default": True,
        }
        if offline:
            defaults["literal_binds"] = True
        complete = defaults | dict(self.items()) | given
        if _dialect_name(complete) == "sqlite":
            complete.setdefault("transactional_ddl", True)
        return complete


def _dialect_name(options: dict[str, Any]) -> str:
    if options.get("connection") is not None:
        return str(options["connection"].dialect.name)
    if options.get("url") is not None:
        return make_url(options["url"]).get_backend_name()
    return str(options.get("dialect_name"))
