"""Who follows whom: the history as numbers, so that a walk through it costs next to nothing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Links = Sequence[tuple[int, ...]]

_NEAR: Final = 500
"""How many revisions make up what is near."""


class Tree:
    """The parents and children of revisions, which are numbered in the order of their files.

    A revision's own parents are its `down_revision`; beside them it may need others
    (`depends_on`). What an own ancestor needs already is not counted a second time.
    """

    def __init__(self, parents: Links, needed: Mapping[int, tuple[int, ...]]) -> None:
        self.parents = parents
        self.needed = needed
        self._shadow: tuple[frozenset[int], set[int]] = (frozenset(), set())
        self._kin: tuple[frozenset[int], bool, set[int]] = (frozenset(), False, set())

    def __len__(self) -> int:
        return len(self.parents)

    @cached_property
    def below(self) -> Links:
        """The parents of each revision, and what it needs that none of its ancestors needs."""
        if not self.needed:
            return self.parents
        return self._joined(self.normalized)

    @cached_property
    def children(self) -> Sequence[list[int]]:
        """The revisions of which each is an own parent."""
        return _turned(self.parents)

    @cached_property
    def above(self) -> Sequence[list[int]]:
        """The revisions that follow or need each."""
        return _turned(self._joined(self.needed)) if self.needed else self.children

    @cached_property
    def normalized(self) -> Mapping[int, tuple[int, ...]]:
        """What each revision needs, without what its own ancestors need."""
        users: dict[int, int] = {}
        for needed in self.needed.values():
            for number in needed:
                users[number] = users.get(number, 0) + 1
        shared = {n: 1 << bit for bit, n in enumerate(k for k, v in users.items() if v > 1)}
        inherited = self._inherited(
            {n: sum(shared.get(other, 0) for other in needed) for n, needed in self.needed.items()}
        )
        return {
            revision: tuple(
                number
                for number in needed
                if not (number in shared and inherited[revision] & shared[number])
            )
            for revision, needed in self.needed.items()
        }

    @cached_property
    def order(self) -> Sequence[int] | None:
        """Every revision after what it follows and needs; None where there is a circle."""
        all_below = self._joined(self.needed) if self.needed else self.parents
        waits_for = [len(numbers) for numbers in all_below]
        ready = [number for number, count in enumerate(waits_for) if not count]
        for number in ready:
            for child in self.above[number]:
                waits_for[child] -= 1
                if not waits_for[child]:
                    ready.append(child)
        return ready if len(ready) == len(self) else None

    @cached_property
    def rank(self) -> Sequence[int]:
        """A number for each revision that is higher than those of what it follows and needs."""
        ranks = [0] * len(self)
        for place, number in enumerate(self.order or ()):
            ranks[number] = place
        return ranks

    def walk(self, links: Links | Sequence[list[int]], starts: Iterable[int]) -> Iterator[int]:
        """Yield what is reached from each start, in the order in which Alembic walks."""
        seen: set[int] = set()
        for start in starts:
            todo = [start]
            while todo:
                number = todo.pop()
                if number not in seen:
                    seen.add(number)
                    todo.extend(links[number])
                    yield number

    def ancestors(self, starts: Iterable[int]) -> set[int]:
        """Return these revisions with all that they follow or need."""
        return set(self.walk(self.below, starts))

    def in_shadow(self, starts: Iterable[int]) -> set[int]:
        """Return `ancestors`; asked for the same again and again, it remembers the last answer."""
        asked = frozenset(starts)
        if self._shadow[0] != asked:
            self._shadow = (asked, self.ancestors(asked))
        return self._shadow[1]

    def lacking(self, starts: Iterable[int], known: Iterable[int]) -> set[int]:
        """Return what these follow or need, with themselves, and without what `known` does."""
        known = frozenset(known)
        if known.issuperset(starts):
            return set()
        there = self.in_shadow(known)
        found: set[int] = set()
        todo = [start for start in starts if start not in there]
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo.extend([lower for lower in self.below[number] if lower not in there])
        return found

    def implied(self, numbers: Iterable[int], starts: Iterable[int]) -> set[int]:
        """Return those of some revisions that others follow, need or are.

        Looks near the others first, and then, where they are far away, at all of it once.
        """
        numbers, asked = set(numbers), frozenset(starts)
        if self._shadow[0] == asked:
            return numbers & self._shadow[1]
        lowest = min((self.rank[number] for number in numbers), default=0)
        seen, todo = set(asked), list(asked)
        while todo and len(seen) < _NEAR:
            for lower in self.below[todo.pop()]:
                if self.rank[lower] >= lowest and lower not in seen:
                    seen.add(lower)
                    todo.append(lower)
        return numbers & (self.in_shadow(asked) if todo else seen)

    def kin(self, starts: Iterable[int], *, needed: bool) -> set[int]:
        """Return all that these follow and all that follows them; `needed` counts depends_on."""
        asked = frozenset(starts)
        if self._kin[:2] != (asked, needed):
            down, up = (self.below, self.above) if needed else (self.parents, self.children)
            found = {*self.walk(down, asked), *self.walk(up, asked)}
            self._kin = (asked, needed, found)
        return self._kin[2]

    def newest(self, numbers: Iterable[int]) -> set[int]:
        """Return those of which no other of them is an own descendant."""
        numbers = set(numbers)
        passed = self.walk(self.parents, {p for number in numbers for p in self.parents[number]})
        return numbers.difference(passed)

    def labels(self, labelled: Mapping[int, Sequence[str]]) -> dict[int, set[str]]:
        """Return the branch labels of every revision that has any.

        A label is handed on to all own descendants; and to the ancestors, down to the
        first place where branches part or meet, if none do so above.
        """
        names = list(dict.fromkeys(name for own in labelled.values() for name in own))
        bit = {name: 1 << number for number, name in enumerate(names)}
        own = {n: sum({bit[name] for name in given}) for n, given in labelled.items()}
        reached = self._inherited(own)
        for number, bits in own.items():
            reached[number] |= bits
        for number, bits in own.items():
            for ancestor in self._stem_below(number):
                reached[ancestor] |= bits
        known = {bits: {n for n in names if bits & bit[n]} for bits in set(reached)}
        return {number: known[bits] for number, bits in enumerate(reached) if bits}

    def _stem_below(self, number: int) -> Iterator[int]:
        """Yield the ancestors on the stem of a revision whose descendants are one line."""
        tip = number
        while self._is_plain(tip) and self.children[tip]:
            tip = self.children[tip][0]
        if not self._is_plain(tip):
            return
        while self.parents[number]:
            number = self.parents[number][0]
            if not self._is_plain(number):
                return
            yield number

    def _is_plain(self, number: int) -> bool:
        """Return whether branches neither part nor meet at a revision."""
        return len(self.above[number]) < 2 and len(self.parents[number]) < 2  # noqa: PLR2004 # two

    def _inherited(self, own: Mapping[int, int]) -> list[int]:
        """Return the bits that each revision's own ancestors have."""
        found = [0] * len(self)
        if own:
            for number in self.order or ():
                for parent in self.parents[number]:
                    found[number] |= found[parent] | own.get(parent, 0)
        return found

    def _joined(self, needed: Mapping[int, tuple[int, ...]]) -> Links:
        joined = list(self.parents)
        for number, others in needed.items():
            joined[number] = tuple(dict.fromkeys((*joined[number], *others)))
        return joined


def _turned(links: Links) -> Sequence[list[int]]:
    turned: list[list[int]] = [[] for _ in links]
    for number, others in enumerate(links):
        for other in others:
            turned[other].append(number)
    return turned
