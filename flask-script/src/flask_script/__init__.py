"""The face of Flask-Script: the names that a manage.py imports, nothing defined here."""

from .base import Command
from .cli import prompt, prompt_bool, prompt_choices, prompt_pass
from .manager import Manager
from .options import Group, Option
from .server import Server
from .shell import Shell

__all__ = [
    "Command",
    "Group",
    "Manager",
    "Option",
    "Server",
    "Shell",
    "prompt",
    "prompt_bool",
    "prompt_choices",
    "prompt_pass",
]
