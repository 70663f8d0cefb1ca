"""A column type that SQLAlchemy does not know, in the database's words.

Revision files import it from here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.types import UserDefinedType


class Verbatim(UserDefinedType[Any]):
    """Stands in CREATE TABLE as these words: ``Verbatim("gis.pair")``."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **_: Any) -> str:
        """Return the words."""
        return self.text
