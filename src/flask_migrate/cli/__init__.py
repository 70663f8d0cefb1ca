"""``flask db ...``: one module per family of commands; `console` alone prints."""

from __future__ import annotations

from flask_migrate.group import database_group as db

__all__ = ["db"]
