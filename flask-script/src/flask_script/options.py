"""Options and groups of options, as declared; `parsing` hands them to argparse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Option:
    """One option or positional argument: what `ArgumentParser.add_argument` is called with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs

    def __repr__(self) -> str:
        parts = [repr(arg) for arg in self.args]
        parts += [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"Option({', '.join(parts)})"


class Group:
    """Options that belong together: under a title in the help, or excluding one another.

    `exclusive` allows one of the options at most; with `required`, one of them must be given.
    `title` and `description` stand above the options in the help. argparse has no group that
    is both, so giving both raises `TypeError`.
    """

    def __init__(
        self,
        *options: Option,
        title: str | None = None,
        description: str | None = None,
        exclusive: bool | None = None,
        required: bool | None = None,
    ) -> None:
        if (title or description) and (exclusive or required):
            raise TypeError(
                "A Group has either a title and a description, or is exclusive and required; "
                "make two groups, or leave one of the two out."
            )
        self.option_list = options
        self.title = title
        self.description = description
        self.exclusive = exclusive
        self.required = required

    def get_options(self) -> Iterable[Option]:
        """Return the options of the group."""
        return self.option_list


OptionOrGroup: TypeAlias = "Option | Group"


def flatten(options: Iterable[OptionOrGroup]) -> Iterator[Option]:
    """Yield every option, those inside groups too."""
    for option in options:
        if isinstance(option, Group):
            yield from option.get_options()
        else:
            yield option
