"""All databases that agree with their models, by subject."""

from tests.autogenerate import (
    unchanged_beside,
    unchanged_by_hand,
    unchanged_defaults,
    unchanged_tables,
    unchanged_types,
)

UNCHANGED = [
    *unchanged_types.UNCHANGED,
    *unchanged_defaults.UNCHANGED,
    *unchanged_tables.UNCHANGED,
    *unchanged_by_hand.UNCHANGED,
    *unchanged_beside.UNCHANGED,
]
