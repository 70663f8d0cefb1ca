"""Enums and domains that belong to a MetaData, be there a column of them or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.types import SchemaType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import sqlalchemy as sa


def owned_types(metadatas: Iterable[sa.MetaData]) -> Iterator[Any]:
    """Yield the types that `create_all` makes because they were given the MetaData.

    They only listen to it: as methods of theirs, which SQLAlchemy 2.0 keeps in an object.
    """
    for metadata in metadatas:
        for listener in metadata.dispatch.before_create:
            own = getattr(listener, "__self__", None) or getattr(listener, "target", None)
            if isinstance(own, SchemaType) and getattr(own, "metadata", None) is metadata:
                yield own
