"""The route table of the server: which application answers which path."""

import os
from collections.abc import Mapping
from typing import Any, Protocol

from medassist.host import processes


class Application(Protocol):
    """Something that answers an RSGI request."""

    async def __call__(self, scope: Any, protocol: Any) -> None: ...

    async def begin(self) -> None: ...

    async def end(self) -> None: ...


class Router:
    """An RSGI application: paths that begin with a prefix go to its application, the rest to the last resort."""

    def __init__(self, prefixes: Mapping[str, Application], rest: Application) -> None:
        self._prefixes = tuple(prefixes.items())
        self._rest = rest
        self._made_in = os.getpid()  # the server's first process, from which the workers fork

    def __rsgi_init__(self, loop: Any) -> None:
        processes.die_with_parent(os.getppid() if self._made_in == os.getpid() else self._made_in)
        for application in self._all():
            loop.run_until_complete(application.begin())

    def __rsgi_del__(self, loop: Any) -> None:
        for application in self._all():
            loop.run_until_complete(application.end())

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        await self._of(scope.path)(scope, protocol)

    def _of(self, path: str) -> Application:
        for prefix, application in self._prefixes:
            if path.startswith(prefix) and (prefix.endswith("/") or path[len(prefix) :][:1] in {"", "/"}):
                return application
        return self._rest

    def _all(self) -> set[Application]:
        return {self._rest, *(application for _, application in self._prefixes)}
