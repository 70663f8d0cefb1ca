"""How a revision file says what Alembic has no words for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alembic.autogenerate.render import (
    _alembic_autogenerate_prefix,
    _alter_column,
    _render_gen_name,
    _render_modify_table,
    _render_potential_expr,
    render_op,
    renderers,
)
from alembic.operations import ops

from .directives import (
    AddCheck,
    AddPrimaryKey,
    AlterColumn,
    DropConstraint,
    Fill,
    LostIndexes,
    ModifyTable,
    NewIndexes,
    Place,
    RenameTable,
    Several,
    Statement,
    TableOptions,
)
from .written import as_text

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


@renderers.dispatch_for(RenameTable)
def _(context: AutogenContext, op: RenameTable) -> str:
    schema = f", schema={op.schema!r}" if op.schema else ""
    prefix = context.opts["alembic_module_prefix"]
    return f"{prefix}rename_table({str(op.table_name)!r}, {str(op.new_table_name)!r}{schema})"


@renderers.dispatch_for(Statement)
def _(context: AutogenContext, op: Statement) -> list[str]:
    prefix = _alembic_autogenerate_prefix(context)
    return [f"{prefix}execute({as_text(sql)!r})" for sql in op.sql]


@renderers.dispatch_for(Several)
def _(context: AutogenContext, op: Several) -> list[str]:
    return [line for inner in op.ops for line in render_op(context, inner)]


@renderers.dispatch_for(LostIndexes)
def _(_: AutogenContext, __: LostIndexes) -> list[str]:
    return []


@renderers.dispatch_for(NewIndexes)
def _(context: AutogenContext, op: NewIndexes) -> list[str]:
    return _render_modify_table(context, op)


@renderers.dispatch_for(Fill)
def _(_: AutogenContext, op: Fill) -> list[str]:
    update = f"UPDATE {op.table} SET {op.column} = "
    where = f" WHERE {op.column} IS NULL"
    if op.expression is not None:
        remark = [f"# {op.remark}"] if op.remark else []
        return [*remark, f"op.execute({as_text(update + op.expression + where)!r})"]
    return [f"op.execute({update!r} + {_variable(op)} + {where!r})"]


@renderers.dispatch_for(Place)
def _(context: AutogenContext, op: Place) -> list[str]:
    context.imports.add("from alembic.util import CommandError")
    name, column = _variable(op.fill), op.fill.name
    missing = f"Rows need a value for {column}: write SQL in place of None at {name} in "
    return [
        f'# What the rows that are there get in {column}: SQL, such as "\'unknown\'" or "0".',
        f"{name} = None",
        f"if {name} is None:",
        f"raise CommandError({missing!r} + __file__)",
        "",
    ]


@renderers.dispatch_for(AlterColumn)
def _(context: AutogenContext, op: AlterColumn) -> str:
    text = str(_alter_column(context, op))
    counts = "sqlite_autoincrement" if context.dialect.name == "sqlite" else "autoincrement"
    further = {"postgresql_using": op.using, counts: op.counts}
    words = [
        f",\n           {name}={value!r}" for name, value in further.items() if value is not None
    ]
    return f"{text[:-1]}{''.join(words)})"


@renderers.dispatch_for(DropConstraint)
def _(context: AutogenContext, op: DropConstraint) -> str:
    if op.constraint_type is None:
        return _call(context, "drop_constraint", op)
    return _call(context, "drop_constraint", op, f"type_={op.constraint_type!r}")


@renderers.dispatch_for(AddPrimaryKey)
def _(context: AutogenContext, op: AddPrimaryKey) -> str:
    columns = [str(getattr(column, "name", column)) for column in op.columns]
    return _call(context, "create_primary_key", op, repr(columns))


@renderers.dispatch_for(AddCheck)
def _(context: AutogenContext, op: AddCheck) -> str:
    condition = _render_potential_expr(op.condition, context, wrap_in_element=False)
    return _call(context, "create_check_constraint", op, f"sa.text({condition})")


@renderers.dispatch_for(ModifyTable)
def _(context: AutogenContext, op: ModifyTable) -> list[str]:
    options = [inner for inner in op.ops if isinstance(inner, TableOptions)]
    if not options:
        return _render_modify_table(context, op)
    others = [inner for inner in op.ops if not isinstance(inner, TableOptions)]
    plain = ops.ModifyTableOps(op.table_name, others, schema=op.schema)
    lines = _render_modify_table(context, plain)
    apart = [] if context.opts.get("render_as_batch") else lines
    said = {name: value for inner in options for name, value in inner.options.items()}
    batch = f"{_alembic_autogenerate_prefix(context)}batch_alter_table({str(op.table_name)!r}"
    words = f"schema={op.schema!r}, recreate='always', table_kwargs={said!r}"
    inside = lines[1:] if lines and not apart else ["pass", ""]
    return [*apart, f"with {batch}, {words}) as batch_op:", *inside]


def _call(context: AutogenContext, name: str, op: Any, *last: str) -> str:
    """Return the call of an operation on a constraint."""
    given = op.constraint_name
    if given is None and isinstance(op, DropConstraint):
        given = op.called
        if given is None and op.constraint_type == "primary":
            given = f"pk_{op.table_name}"  # there is only one, whatever it is called
    arguments = [repr(_render_gen_name(context, given))]
    if not context._has_batch:  # noqa: SLF001 # how Alembic's own renderers know
        arguments.append(repr(str(op.table_name)))
    arguments += last
    if op.schema and not context._has_batch:  # noqa: SLF001
        arguments.append(f"schema={str(op.schema)!r}")
    return f"{_alembic_autogenerate_prefix(context)}{name}({', '.join(arguments)})"


def _variable(fill: Fill) -> str:
    """Return what a file calls the value of a column."""
    return "value_of_" + re.sub(r"\W+", "_", fill.name)
