"""From a function's signature to the options of its command."""

from __future__ import annotations

import inspect
from inspect import Parameter
from typing import TYPE_CHECKING, Any

from .options import Option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONVERTERS: Mapping[Any, type] = {int: int, "int": int, float: float, "float": float}


def options_of(function: Callable[..., Any]) -> list[Option]:
    """Return the options that fill the parameters of a function.

    A parameter without a default becomes a positional argument, or a required option if it is
    keyword-only. One with a default becomes `-n/--name`; the short flag goes to the first
    parameter with that letter. A boolean default becomes a flag that sets True, and a default
    of True has `--no-name` beside it. `int` and `float` annotations convert, all else is text.
    """
    parameters = inspect.signature(function).parameters
    options: list[Option] = []
    letters: set[str] = set()
    for parameter in parameters.values():
        if parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
            options += _options_for(parameter, parameters, letters)
    return options


def _options_for(
    parameter: Parameter, parameters: Mapping[str, Parameter], letters: set[str]
) -> list[Option]:
    if parameter.kind is Parameter.POSITIONAL_ONLY:
        raise TypeError(
            f"A command's arguments are passed by name, but {parameter.name!r} is "
            "positional-only; remove the '/' from the function's signature."
        )
    convert = CONVERTERS.get(_hashable(parameter.annotation), str)
    if parameter.default is Parameter.empty and parameter.kind is not Parameter.KEYWORD_ONLY:
        return [Option(parameter.name, type=convert)]
    flags = _flags(parameter.name, letters)
    if parameter.default is Parameter.empty:
        return [Option(*flags, dest=parameter.name, type=convert, required=True)]
    if isinstance(parameter.default, bool):
        return _switches(parameter, flags, parameters)
    return [Option(*flags, dest=parameter.name, type=convert, default=parameter.default)]


def _flags(name: str, letters: set[str]) -> list[str]:
    letter = name[0]
    if letter in letters or not letter.isalpha():
        return [f"--{name}"]
    letters.add(letter)
    return [f"-{letter}", f"--{name}"]


def _switches(
    parameter: Parameter, flags: list[str], parameters: Mapping[str, Parameter]
) -> list[Option]:
    name, default = parameter.name, parameter.default
    switches = [Option(*flags, dest=name, action="store_true", default=default)]
    if default and f"no_{name}" not in parameters:
        switches.append(Option(f"--no-{name}", dest=name, action="store_false", default=default))
    return switches


def _hashable(annotation: Any) -> Any:
    return annotation if isinstance(annotation, (type, str)) else None
