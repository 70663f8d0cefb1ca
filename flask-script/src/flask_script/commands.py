"""The commands that come ready made, and what one's own are built from: names handed on."""

from .base import Command, InvalidCommand
from .clean import Clean
from .cli import prompt, prompt_bool, prompt_choices, prompt_pass
from .options import Group, Option
from .server import Server
from .shell import Shell
from .urls import ShowUrls

__all__ = [
    "Clean",
    "Command",
    "Group",
    "InvalidCommand",
    "Option",
    "Server",
    "Shell",
    "ShowUrls",
    "prompt",
    "prompt_bool",
    "prompt_choices",
    "prompt_pass",
]
