"""The `medassist` command: one module a sub-command, each imported when it is called."""

from medassist.interfaces.cli.commands import main

__all__ = ["main"]
