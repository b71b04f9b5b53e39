"""PostgreSQL that medassist brings along: found, made, started, adopted, stopped."""

from medassist.host.postgres.binaries import bundled, system
from medassist.host.postgres.server import DATABASE, OWNER, Server, Trouble, ensure

__all__ = ["DATABASE", "OWNER", "Server", "Trouble", "bundled", "ensure", "system"]
