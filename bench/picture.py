"""The picture of growth: time against size, for both releases, as SVG."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from bench.report import Row

WIDTH, HEIGHT, MARGIN = 320, 220, 44
COLOURS = {"other": "#b5483a", "this": "#2f6f9f"}

Point = tuple[float, float]


def draw(rows: Iterable[Row], other: str, page: Path) -> None:
    """Write a picture with a panel for each thing that was measured at several sizes."""
    points = sorted((row for row in rows if row.series), key=lambda row: row.series or ("", 0))
    series = {n: list(g) for n, g in groupby(points, lambda row: (row.series or ("", 0))[0])}
    panels = {name: found for name, found in series.items() if len(found) > 1}
    drawn = [_panel(name, found, number) for number, (name, found) in enumerate(panels.items())]
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT + 24}"'
    legend = _legend(other)
    page.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(drawn)}{legend}</svg>\n',
        encoding="utf-8",
    )


def _panel(name: str, rows: Sequence[Row], number: int) -> str:
    sizes = [row.series[1] for row in rows if row.series]
    times = {
        "other": [row.other.milliseconds / 1000 for row in rows],
        "this": [row.this.milliseconds / 1000 for row in rows],
    }
    low = 10 ** math.floor(math.log10(min(map(min, times.values()))))
    high = 10 ** math.ceil(math.log10(max(map(max, times.values()))))
    across = Scale(sizes[0], sizes[-1], MARGIN, WIDTH - 16)
    up = Scale(low, high, HEIGHT - MARGIN, 24)
    parts = [f'<text x="{MARGIN}" y="14" font-weight="bold">{name}</text>']
    parts += [_across(across(size), f"{size:,}") for size in sizes]
    parts += [
        _up(up(low * 10**n), f"{low * 10**n:g} s") for n in range(round(math.log10(high / low)) + 1)
    ]
    for kind, seconds in times.items():
        line = [(across(size), up(time)) for size, time in zip(sizes, seconds, strict=True)]
        parts.append(_line(line, COLOURS[kind]))
    return f'<g transform="translate({number * WIDTH},0)">{"".join(parts)}</g>'


class Scale:
    """Maps numbers to places, by their logarithms."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low = math.log(low)
        self._range = (math.log(high) - self._low) or 1
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        part = (math.log(value) - self._low) / self._range
        return round(self._start + part * (self._end - self._start), 1)


def _line(points: Sequence[Point], colour: str) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}'


def _across(x: float, text: str) -> str:
    return f'<text x="{x}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{text}</text>'


def _up(y: float, text: str) -> str:
    grid = f'<line x1="{MARGIN}" x2="{WIDTH - 16}" y1="{y}" y2="{y}" stroke="#ddd"/>'
    return f'{grid}<text x="{MARGIN - 4}" y="{y + 4}" text-anchor="end">{text}</text>'


def _legend(other: str) -> str:
    names = {"other": f"Flask-Migrate {other}", "this": "Flask-Migrate 5"}
    return "".join(
        f'<text x="{MARGIN + 160 * n}" y="{HEIGHT + 12}" fill="{COLOURS[kind]}">{name}</text>'
        for n, (kind, name) in enumerate(names.items())
    )
