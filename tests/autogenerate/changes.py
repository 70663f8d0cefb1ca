"""All single changes, by subject."""

from tests.autogenerate import (
    changes_checks,
    changes_columns,
    changes_defaults,
    changes_enums,
    changes_indexes,
    changes_keys,
    changes_names,
    changes_renamed_columns,
    changes_renamed_tables,
    changes_renamed_ties,
    changes_schemas,
    changes_tables,
    changes_uniques,
    changes_values,
)

CHANGES = [
    *changes_tables.CHANGES,
    *changes_columns.CHANGES,
    *changes_defaults.CHANGES,
    *changes_keys.CHANGES,
    *changes_uniques.CHANGES,
    *changes_indexes.CHANGES,
    *changes_checks.CHANGES,
    *changes_enums.CHANGES,
    *changes_values.CHANGES,
    *changes_schemas.CHANGES,
    *changes_names.CHANGES,
    *changes_renamed_columns.CHANGES,
    *changes_renamed_tables.CHANGES,
    *changes_renamed_ties.CHANGES,
]
