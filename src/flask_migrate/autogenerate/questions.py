"""What is asked on a terminal while a revision is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One question; `default` is what an empty line means, None where it must be answered."""

    text: str
    default: str | None = None
