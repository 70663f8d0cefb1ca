"""The commands that come ready made, and what one's own commands are built from."""

from .base import Command, InvalidCommand
from .clean import Clean
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
]
