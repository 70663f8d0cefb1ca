"""What is to be reached, beside what was measured."""

from collections.abc import Iterator, Mapping, Sequence

from bench.report import Row

Found = Mapping[tuple[str, int], Row]
BESIDE = {
    "beside psql": 1.6,
    "beside mariadb": 1.6,
    "beside sqlite3": 2.5,
    "beside ALTER TABLE": 1.2,
}
CHECKS = {
    ("SQLite", "remembered"): (8, 12),
    ("SQLite", "one table changed"): (8, None),
    ("SQLite", "nothing remembered"): (1.5, 40),
    ("SQLite", "1 ms a statement"): (1.4, None),
    ("PostgreSQL", "remembered"): (8, 12),
    ("PostgreSQL", "one table changed"): (8, None),
    ("PostgreSQL", "nothing remembered"): (1, 40),
    ("PostgreSQL", "1 ms a statement"): (1.4, None),
    ("MariaDB", "remembered"): (8, 12),
    ("MariaDB", "one table changed"): (8, None),
    ("MariaDB", "nothing remembered"): (1, 40),
    ("MariaDB", "1 ms a statement"): (1.4, None),
}
"""How many times faster than 4.1.0, and with fewer than how many statements, at 1,000 tables."""
MANY = 3_000
COMMANDS = ("heads", "current", "upgrade", "upgrade, 1 pending")


def table(rows: Sequence[Row]) -> str:
    """Return the goals that the measured rows speak of as a Markdown table."""
    found = {row.series: row for row in rows if row.series}
    lines = [*_growth(found), *_ratios(found), *_checks(found), *_applying(found), *_memory(rows)]
    head = "| | to reach | measured |\n|---|--:|--:|"
    return "\n".join([head, *(f"| {name} | {goal} | {value} |" for name, goal, value in lines)])


def _growth(found: Found) -> Iterator[tuple[str, str, str]]:
    """Tell how much more the longest history costs than the shortest."""
    for command in COMMANDS:
        sizes = sorted(size for name, size in found if name == command)
        if len(sizes) > 1:
            first, last = (found[command, size].this.milliseconds for size in (sizes[0], sizes[-1]))
            name = f"{command}: {sizes[-1]:,} revisions to {sizes[0]:,}"
            yield name, "at most 1.25", f"{last / first:.2f}"


def _ratios(found: Found) -> Iterator[tuple[str, str, str]]:
    """Tell how many times faster than the other release it is."""
    goals = {"heads, cold": 3, "history, with merges": 15, "current": 30}
    for command, goal in goals.items():
        size = max((size for name, size in found if name == command), default=0)
        if size:
            row = found[command, size]
            times = row.other.milliseconds / row.this.milliseconds
            yield f"{command}: {size:,} revisions", f"{goal} times faster", f"{times:.1f}"


def _checks(found: Found) -> Iterator[tuple[str, str, str]]:
    """Tell how many times faster `check` is, and how it grows with the tables."""
    for (database, case), (times, statements) in CHECKS.items():
        name = f"check on {database}, {case}"
        row = found.get((name, 1_000))
        if row is not None:
            yield f"{name}: 1,000 tables", f"{times} times faster", f"{_times(row):.1f}"
        if row is not None and statements is not None:
            yield f"{name}: statements", f"fewer than {statements}", f"{row.this.statements}"
    for case, goal in (("remembered", "10 times faster"), ("nothing remembered", "")):
        on_sqlite = f"check on SQLite, {case}"
        rows = {size: row for (name, size), row in found.items() if name == on_sqlite}
        if len(rows) > 1:
            first, last = min(rows), max(rows)
            growth = rows[last].this.milliseconds / rows[first].this.milliseconds * first / last
            name = f"{on_sqlite}: time per table, {last:,} to {first:,}"
            yield name, "at most 1.2", f"{growth:.2f}"
        if goal and MANY in rows:
            yield f"{on_sqlite}: {MANY:,} tables", goal, f"{_times(rows[MANY]):.1f}"


def _times(row: Row) -> float:
    return row.other.milliseconds / max(row.this.milliseconds, 1)


def _applying(found: Found) -> Iterator[tuple[str, str, str]]:
    """Tell how an upgrade stands to the database's own client, and to SQLite's own statement."""
    for (name, size), row in found.items():
        beside = next((goal for end, goal in BESIDE.items() if name.endswith(end)), None)
        if beside is not None:
            ratio = row.this.milliseconds / max(row.other.milliseconds, 1)
            yield f"{name}: {size:,}", f"at most {beside} times", f"{ratio:.2f}"
        if name == "upgrade of an empty SQLite":
            times = row.other.milliseconds / row.this.milliseconds
            yield f"{name}: {size:,} revisions", "3 times faster", f"{times:.1f}"


def _memory(rows: Sequence[Row]) -> Iterator[tuple[str, str, str]]:
    ours = [row for row in rows if row.series is None or "beside" not in row.series[0]]
    worst = max(ours, key=lambda row: row.this.megabytes / max(row.other.megabytes, 1))
    measured = f"{worst.this.megabytes:.1f} MB to {worst.other.megabytes:.1f} MB ({worst.name})"
    yield "memory, where it is worst", "not above", measured
