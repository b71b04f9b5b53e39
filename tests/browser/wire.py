"""A wire between browser and server that can be cut: connections end, new ones are refused, until it is mended."""

from __future__ import annotations

import contextlib
import socket
import threading


class Wire:
    """Forwards a port of its own to the server's."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.ends: set[socket.socket] = set()
        self.listener: socket.socket | None = None
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Take connections, on the same port as before."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._take, args=[self.listener], daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        listener, self.listener = self.listener, None
        for one in [listener, *self.ends]:
            if one is not None:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
        self.ends.clear()

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self.ends |= {near, far}
            if self.listener is not listener:  # it was cut in the meantime
                self.cut()
                return
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=[source, target], daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
