"""All single changes, by subject."""

from tests.autogenerate import changes_columns, changes_defaults, changes_tables

CHANGES = [
    *changes_columns.CHANGES,
    *changes_defaults.CHANGES,
    *changes_tables.CHANGES,
]
