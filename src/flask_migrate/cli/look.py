"""The commands that look before and after: status, plan."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

import flask_migrate

from . import console, outcomes
from .options import command, json_option, x_arg_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask_migrate.results import (
        Interruption,
        MissingRevision,
        Plan,
        PlannedRevision,
        PlannedStatement,
        RevisionInfo,
        Status,
        TableSize,
    )

_WAITING: Final = {
    "nothing": "nobody waits",
    "rows": "whoever changes the same rows waits",
    "writes": "writers wait",
    "reads and writes": "readers and writers wait",
    "unknown": "who waits is not known",
}
_FOR: Final[dict[bool | None, str]] = {
    True: "the longer the more rows there are",
    False: "for a moment",
}
_REWRITES: Final[dict[bool | None, str]] = {
    True: "; writes the table anew",
    None: "; may write the table anew",
}


@command("status")
@json_option
@x_arg_option
def status(directory: str | None, x_arg: tuple[str, ...], as_json: bool, **_: Any) -> None:
    """Show what is pending, interrupted, edited, missing or different, and who migrates now."""
    statuses = flask_migrate.status(directory, x_arg=x_arg)
    if as_json:
        console.result_json([{**asdict(s), "is_well": s.is_well} for s in statuses])
    else:
        for each in statuses:
            console.result("\n".join(_status_lines(each)))
    if not all(each.is_well for each in statuses):
        click.get_current_context().exit(1)


@command("plan")
@json_option
@x_arg_option
@click.argument("revision", default="head")
def plan(
    directory: str | None, revision: str, x_arg: tuple[str, ...], as_json: bool, **_: Any
) -> None:
    """Show the statements that an upgrade will run, what they lock, how large the tables are."""
    plans = flask_migrate.plan(directory, revision, x_arg=x_arg)
    if as_json:
        console.result_json(plans)
        return
    for each in plans:
        console.result("\n".join(_plan_lines(each)))


def interruption_words(interrupted: Interruption) -> str:
    """Return what was interrupted, when and where."""
    how = "failed" if interrupted.state == "failed" else "was interrupted"
    said = f" ({interrupted.message})" if interrupted.message else ""
    begun = f"{interrupted.started_at:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"the {interrupted.direction} of {interrupted.revision}{said} {how} after "
        f"{_count(interrupted.statements, 'statement')}; begun {begun} "
        f"by process {interrupted.pid} on {interrupted.host}"
    )


def _status_lines(status: Status) -> Iterator[str]:
    yield f"{outcomes.named(status.bind)}, {status.database}"
    yield f"  at: {', '.join(status.revisions) or 'no revision'}"
    yield f"  newest: {', '.join(status.heads) or 'no revision'}"
    for revision in status.pending:
        yield f"  pending: {_revision(revision)}"
    if status.interrupted is not None:
        yield f"  interrupted: {interruption_words(status.interrupted)}"
    for revision in status.edited:
        yield f"  edited since it ran: {_revision(revision)} ({outcomes.relative(revision.path)})"
    for missing in status.missing:
        yield f"  missing in the folder: {_missing(missing)}"
    for change in status.drift or ():
        yield f"  differs from the models: {change.sign} {change.text}"
    if status.holder is not None:
        yield f"  being migrated now by: {status.holder}"
    for line in _advice(status):
        yield f"  {console.as_typed(line)}"


def _advice(status: Status) -> Iterator[str]:
    if status.is_well:
        yield "All is well."
    if status.interrupted is not None:
        direction = status.interrupted.direction
        yield f"Next: flask db {direction} goes on; flask db repair, if you settled it by hand"
    elif status.missing and all(missing.file for missing in status.missing):
        yield "Next: flask db recover"
    elif status.pending:
        yield f"Next: flask db upgrade{' heads' * (len(status.heads) > 1)}"
    elif status.drift:
        yield "Next: flask db migrate"


def _missing(missing: MissingRevision) -> str:
    kept = f"the database has kept {missing.file}" if missing.file else "no database has kept it"
    return f"{missing.revision} ({kept})"


def _plan_lines(plan: Plan) -> Iterator[str]:
    place = ", ".join(plan.revisions) or "no revision"
    yield f"-- {outcomes.named(plan.bind)}, {plan.database}, is at {place}."
    yield f"-- {_count(len(plan.steps), 'revision')} to run."
    for step in plan.steps:
        yield from _step_lines(step)
    if plan.tables:
        yield f"\n-- Tables touched: {', '.join(map(_size, plan.tables))}"


def _step_lines(step: PlannedRevision) -> Iterator[str]:
    yield f"\n-- {_revision(step.revision)}"
    for statement in step.statements:
        yield f"{statement.sql};\n--   {_effect(statement)}"
    if step.problem is not None:
        yield console.as_typed(f"-- There may be more: {step.problem}.")
    elif not step.statements:
        yield "-- no statement"


def _effect(statement: PlannedStatement) -> str:
    lasts = "" if statement.blocks == "nothing" else f" {_FOR.get(statement.long, '')}".rstrip()
    works = "; takes the longer the more rows there are" * (
        statement.blocks == "nothing" and bool(statement.long)
    )
    known = statement.blocks not in ("unknown", "rows")
    rewrites = _REWRITES.get(statement.rewrites, "") if known else ""
    return f"{_WAITING[statement.blocks]}{lasts}{works}{rewrites}"


def _size(table: TableSize) -> str:
    if table.rows is None:
        return f"{table.name} (unknown how many rows)"
    return f"{table.name} ({'' if table.exact else 'about '}{_count(table.rows, 'row')})"


def _revision(revision: RevisionInfo) -> str:
    return f"{revision.revision}{f', {revision.message}' if revision.message else ''}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


COMMANDS = (status, plan)
