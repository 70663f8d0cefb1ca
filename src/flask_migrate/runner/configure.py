"""What `Migrate(...)` was given for `context.configure()`, as env.py sees it during a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        """Return `given` completed by the defaults; what is given wins."""
        defaults = {"literal_binds": True} if offline else {}
        return defaults | dict(self.items()) | given
