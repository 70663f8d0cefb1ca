"""Questions to the person at the terminal."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

YES = ("y", "yes", "1", "on", "true", "t")
NO = ("n", "no", "0", "off", "false", "f")


class NoAnswer(EOFError):
    """The input ended before a question was answered; `question` is its text."""

    def __init__(self, question: str) -> None:
        super().__init__(
            f"The input ended before {question!r} was answered; "
            "run the command in a terminal, or give it the answers on its standard input."
        )
        self.question = question


def prompt(name: str, default: Any = None) -> Any:
    """Ask until there is an answer; an empty one gives the default, if there is one.

    Raises `NoAnswer`, an `EOFError`, if the input ends, as all questions here do.
    """
    return _ask(input, name, default)


def prompt_pass(name: str, default: Any = None) -> Any:
    """Ask as `prompt` does, without showing what is typed."""
    return _ask(getpass.getpass, name, default)


def prompt_bool(
    name: str,
    default: bool = False,
    yes_choices: Iterable[str] | None = None,
    no_choices: Iterable[str] | None = None,
) -> bool:
    """Ask until the answer is yes or no, in any of the given words and in any case."""
    yes, no = tuple(yes_choices or YES), tuple(no_choices or NO)
    while True:
        answer = prompt(name, yes[0] if default else no[0]).lower()
        if answer in map(str.lower, yes):
            return True
        if answer in map(str.lower, no):
            return False


@overload
def prompt_choices(
    name: str,
    choices: Iterable[str],
    default: str | None = None,
    no_choice: Sequence[str] = ("none",),
) -> str | None: ...
@overload
def prompt_choices(
    name: str,
    choices: Iterable[Any],
    default: Any = None,
    no_choice: Sequence[str] = ("none",),
) -> Any: ...
def prompt_choices(
    name: str,
    choices: Iterable[Any],
    default: Any = None,
    no_choice: Sequence[str] = ("none",),
) -> Any:
    """Ask until the answer is one of the choices, in any case, and return that choice.

    A choice is a text, or a pair of the answer and the label shown for it. One of the words of
    `no_choice` gives None.
    """
    answers, labels = _answers_and_labels(choices)
    question = f"{name} - ({', '.join(labels)})"
    while True:
        typed = str(prompt(question, default))
        if typed.lower() in map(str.lower, no_choice):
            return None
        found = [answer for answer in answers if str(answer) == typed]
        found += [answer for answer in answers if str(answer).lower() == typed.lower()]
        if found:
            return found[0]


def _ask(read: Callable[[str], str], name: str, default: Any) -> Any:
    shown = "" if default is None or default == "" else f" [{default}]"
    question = f"{name}{shown}{' ' if name.endswith('?') else ': '}"
    while True:
        try:
            answer = read(question)
        except EOFError:
            raise NoAnswer(name) from None
        if answer or default is not None:
            return answer or default


def _answers_and_labels(choices: Iterable[Any]) -> tuple[list[Any], list[str]]:
    answers: list[Any] = []
    labels: list[str] = []
    for choice in choices:
        if isinstance(choice, str):
            answers.append(choice)
            labels.append(choice)
        else:
            answer, label = choice
            answers.append(answer)
            labels.append(f"{label} [{answer}]")
    return answers, labels
