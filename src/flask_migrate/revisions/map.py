"""Alembic's map of revisions, without the steps that grow faster than the history."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from alembic.script import revision as alembic_revision
from alembic.script.revision import Revision
from alembic.util import to_tuple

from .order import newest_first

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from .history import History
    from .tree import Tree


class Scripts(dict[Any, Any]):
    """The scripts by id and label; one is made when it is first asked for."""

    def __init__(self, numbers: dict[str, int], made: Callable[[int], Revision]) -> None:
        super().__init__(numbers)
        self._made = made

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return self._made(found) if type(found) is int else found

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the script of an id or label."""
        found = super().get(key, default)
        return self._made(found) if type(found) is int else found

    def values(self) -> Any:
        """Return all scripts."""
        return [self[key] for key in self]

    def items(self) -> Any:
        """Return all ids and labels with their scripts."""
        return [(key, self[key]) for key in self]


class RevisionMap(alembic_revision.RevisionMap):
    """Gives what Alembic's map gives, in the same order.

    Where a revision needs several others, Alembic's order is another one in each
    process; here it is that in which the file names them.
    Where a history has what Alembic has to judge, such as a circle, and after
    a revision was added, it leaves everything to Alembic.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._tree: Tree | None = None
        self._scripts: dict[int, Revision] = {}
        super().__init__(lambda: map(history.make, range(len(history.revisions))))

    @cached_property
    def _revision_map(self) -> Any:
        tree = self._history.tree
        if tree is None or not (self._history.is_proved or tree.order is not None):
            return super()._revision_map
        self._tree = tree
        self._note_ends(tree)
        scripts = Scripts(self._history.numbers, self._script)
        scripts[None] = scripts[()] = None
        return scripts

    @property
    def is_sound(self) -> bool:
        """Whether the history has neither gaps nor circles."""
        return self._revision_map is not None and self._tree is not None

    def add_revision(self, revision: Revision, _replace: bool = False) -> None:
        """Add a revision; from then on Alembic's own ways are used."""
        _ = self._revision_map
        self._tree = None
        super().add_revision(revision, _replace=_replace)

    def get_revisions(self, id_: Any) -> tuple[Any, ...]:
        """Return the revisions of an id or several."""
        if isinstance(id_, (list, tuple, set, frozenset)):
            return tuple(chain.from_iterable(map(self.get_revisions, id_)))
        return super().get_revisions(id_)

    def not_implied(self, ids: Sequence[str], by: Iterable[str]) -> list[str] | None:
        """Return which of some revisions are no ancestors of others; None where Alembic judges."""
        numbers, others = self._numbers_of(ids), self._numbers_of(by)
        if self._tree is None or numbers is None or others is None:
            return None
        implied = self._tree.implied(numbers, others)
        return [id_ for id_, number in zip(ids, numbers, strict=True) if number not in implied]

    def _shares_lineage(
        self, target: Any, test_against_revs: Any, include_dependencies: bool = False
    ) -> bool:
        if self._tree is not None and test_against_revs:
            number = self._numbers([self._revision(target)])
            others = self._numbers(map(self._revision, to_tuple(test_against_revs, default=())))
            if number and others:
                return number[0] in self._tree.kin(others, needed=include_dependencies)
        return super()._shares_lineage(target, test_against_revs, include_dependencies)

    def _filter_into_branch_heads(self, targets: Iterable[Any]) -> set[Any]:
        targets = set(targets)
        numbers = self._numbers(targets)
        if self._tree is None or numbers is None:
            return super()._filter_into_branch_heads(targets)
        return set(map(self._script, self._tree.newest(numbers)))

    def _get_all_current(self, id_: Any) -> set[Any]:
        numbers = self._numbers(self.get_revisions(id_))
        if self._tree is None or numbers is None:
            return super()._get_all_current(id_)
        newest = self._tree.newest(self._tree.ancestors(numbers))
        return set(map(self._script, newest))

    def _get_ancestor_nodes(
        self,
        targets: Collection[Any],
        map_: Any = None,
        check: bool = False,
        include_dependencies: bool = True,
    ) -> Iterator[Any]:
        numbers = self._numbers(targets)
        if self._tree is None or numbers is None or map_ is not None or check:
            return super()._get_ancestor_nodes(targets, map_, check, include_dependencies)
        links = self._tree.below if include_dependencies else self._tree.parents
        return map(self._script, self._tree.walk(links, numbers))

    def _get_descendant_nodes(
        self,
        targets: Collection[Any],
        map_: Any = None,
        check: bool = False,
        omit_immediate_dependencies: bool = False,
        include_dependencies: bool = True,
    ) -> Iterator[Any]:
        numbers = self._numbers(targets)
        plain = map_ is None and not check and not omit_immediate_dependencies
        if self._tree is None or numbers is None or not plain:
            return super()._get_descendant_nodes(
                targets, map_, check, omit_immediate_dependencies, include_dependencies
            )
        links = self._tree.above if include_dependencies else self._tree.children
        return map(self._script, self._tree.walk(links, numbers))

    def _topological_sort(self, revisions: Collection[Any], heads: Any) -> list[str]:
        wanted, tips = self._numbers(revisions), self._numbers(heads)
        if self._tree is None or wanted is None or tips is None:
            return super()._topological_sort(revisions, heads)
        found = newest_first(self._tree, wanted, tips) if wanted else []
        if found is None:
            return super()._topological_sort(revisions, heads)
        return [self._history.revisions[number] for number in found]

    def _collect_upgrade_revisions(
        self,
        upper: Any,
        lower: Any,
        inclusive: bool,
        implicit_base: bool,
        assert_relative_length: bool,
    ) -> tuple[set[Any], tuple[Any, ...]]:
        """Find what an upgrade lacks; everything but a plain upgrade is left to Alembic."""
        if not inclusive and implicit_base and isinstance(lower, tuple) and self._tree is not None:
            targets = self._parse_upgrade_target(lower, upper, assert_relative_length)
            above, below = self._numbers(targets), self._numbers(self.get_revisions(lower))
            if above is not None and below is not None:
                lacking = self._tree.lacking(above, below)
                if not (self._overlap(above) or self._overlap(below)):
                    return set(map(self._script, lacking)), tuple(targets)
        return super()._collect_upgrade_revisions(
            upper, lower, inclusive, implicit_base, assert_relative_length
        )

    def _overlap(self, numbers: list[int]) -> bool:
        """Return whether one of several follows another."""
        if self._tree is None or len(numbers) < 2:  # noqa: PLR2004 # two
            return False
        below = self._tree.below
        passed = self._tree.walk(below, {lower for n in numbers for lower in below[n]})
        return len(set(numbers)) < len(numbers) or not set(numbers).isdisjoint(passed)

    def _note_ends(self, tree: Tree) -> None:
        """Set the four attributes that tell where the history begins and ends."""
        history = self._history
        names = history.revisions
        self.heads = tuple(names[n] for n, then in enumerate(tree.children) if not then)
        self._real_heads = tuple(names[n] for n, then in enumerate(tree.above) if not then)
        bases = [n for n, up in enumerate(history.parents) if up is None]
        self.bases = tuple(names[n] for n in bases)
        self._real_bases = tuple(names[n] for n in bases if n not in history.dependencies)

    @cached_property
    def _labels(self) -> dict[int, set[str]]:
        tree = self._history.tree
        return {} if tree is None else tree.labels(self._history.labels)

    def _script(self, number: int) -> Revision:
        """Return a revision with all that the map knows of it."""
        made = self._scripts.get(number)
        if made is None:
            made = self._scripts[number] = self._history.make(number)
            self._place(number, made)
        return made

    def _place(self, number: int, script: Any) -> None:
        """Tell a revision what lies around it."""
        tree, names = self._history.tree, self._history.revisions
        if tree is None:
            return
        script.nextrev = frozenset([names[n] for n in tree.children[number]])
        script._all_nextrev = (  # noqa: SLF001 # here and below, as Alembic's map does
            script.nextrev
            if tree.above is tree.children
            else frozenset([names[n] for n in tree.above[number]])
        )
        script.branch_labels |= self._labels.get(number, set())
        wanted = self._history.dependencies.get(number, ())
        needed = tuple([names[self._history.numbers[name]] for name in wanted])
        script._resolved_dependencies = needed  # noqa: SLF001
        script._normalized_resolved_dependencies = tuple(  # noqa: SLF001
            [names[n] for n in tree.normalized[number]] if needed else ()
        )

    def _revision(self, name: Any) -> Any:
        return name if isinstance(name, Revision) else self._revision_for_ident(name)

    def _numbers_of(self, ids: Iterable[str]) -> list[int] | None:
        return self._numbers(self._revision_map.get(id_) for id_ in ids)

    def _numbers(self, revisions: Iterable[Any]) -> list[int] | None:
        """Return the numbers of revisions; None where one of them is not of this map."""
        if self._tree is None:
            return None
        numbers = []
        for revision in revisions:
            number = self._history.numbers.get(getattr(revision, "revision", ""), -1)
            if self._scripts.get(number) is not revision or revision is None:
                return None
            numbers.append(number)
        return numbers
