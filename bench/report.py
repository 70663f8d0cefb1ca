"""The table of results, and its place in a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Cost

BEGIN = "<!-- table: written by make bench -->"
END = "<!-- end of table -->"


@dataclass(frozen=True)
class Row:
    """One thing measured, with both releases."""

    name: str
    other: Cost
    this: Cost
    series: tuple[str, int] | None = None
    """The line in the picture of growth that it is a point of, and where."""

    def __str__(self) -> str:
        ratio = f"{self.this.milliseconds / self.other.milliseconds:.2f}"
        times = f"{self.other.milliseconds:.0f} | {self.this.milliseconds:.0f} | {ratio}"
        return f"| {self.name} | {times} | {self.other.megabytes:.1f} | {self.this.megabytes:.1f} |"


def table(rows: Iterable[Row], other: str) -> str:
    """Return the rows as a Markdown table."""
    head = f"| | {other}, ms | 5, ms | 5 / {other} | {other}, MB | 5, MB |"
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|", *map(str, rows)])


def put(text: str, page: Path) -> None:
    """Replace what stands between the markers of a page."""
    old = page.read_text(encoding="utf-8")
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
