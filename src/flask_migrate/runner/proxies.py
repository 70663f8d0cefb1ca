"""Alembic's modules `context` and `op`, speaking to the run of the current thread or task.

Alembic keeps the running environment in module globals, so that two runs in one
process overwrite each other. Here the globals hold a stand-in that looks the
run up where the call is made.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.util.langhelpers import ModuleClsProxy

if TYPE_CHECKING:
    from collections.abc import Iterator


class LocalProxy:
    """What stands in an Alembic module in place of its one global object."""

    def __init__(self, cls: type[ModuleClsProxy]) -> None:
        self._class = cls
        self._here: ContextVar[Any] = ContextVar(cls.__name__, default=None)
        self._everywhere: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._current(), name)

    @contextmanager
    def standing_for(self, target: Any) -> Iterator[None]:
        """Hand calls made in this thread or task to `target`, inside the block."""
        self._install()
        token = self._here.set(target)
        self._everywhere.append(target)
        try:
            yield
        finally:
            self._everywhere.remove(target)
            self._here.reset(token)

    def _current(self) -> Any:
        """Find the run of this thread, or the newest one when an env.py started threads."""
        target = self._here.get() or next(reversed(self._everywhere), None)
        if target is None:
            raise NameError(f"No migration is running, so there is no {self._class.__name__}.")
        return target

    def _install(self) -> None:
        attributes, modules = ModuleClsProxy._setups[self._class]  # noqa: SLF001 # Alembic has no public way
        for module, _ in modules:
            if module.get("_proxy") is not self:
                module["_proxy"] = self
                name = module["__name__"]
                module["__getattr__"] = _module_getattr(self, name, frozenset(attributes))


def _module_getattr(proxy: LocalProxy, module: str, attributes: frozenset[str]) -> Any:
    def attribute(name: str) -> Any:
        if name not in attributes:
            raise AttributeError(f"module '{module}' has no attribute '{name}'", name=name)
        try:
            return getattr(proxy, name)
        except NameError as error:  # as with Alembic's own, hasattr() may ask
            raise AttributeError(str(error)) from error

    return attribute


context_proxy = LocalProxy(EnvironmentContext)
operations_proxy = LocalProxy(Operations)
