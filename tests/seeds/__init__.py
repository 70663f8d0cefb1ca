"""The documents that describe the system: their programs and command lines, as they are written."""
