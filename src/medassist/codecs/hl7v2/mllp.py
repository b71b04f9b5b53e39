"""The minimal lower layer protocol: <VT> message <FS><CR>, read from a stream that may hold anything."""

from __future__ import annotations

BEGIN, END, RETURN = b"\x0b", b"\x1c", b"\r"


class TooLong(ValueError):
    """A frame is longer than what is taken; `head` is how it begins."""

    def __init__(self, head: bytes) -> None:
        super().__init__("the message is longer than what is taken here")
        self.head = head


class Garbage(ValueError):
    """Much came that is no frame at all."""


def framed(message: bytes) -> bytes:
    """A message in its frame."""
    return BEGIN + message + END + RETURN


class Reader:
    """Takes bytes as they come and gives whole messages. Bytes between frames are passed over, up to a measure."""

    def __init__(self, longest: int, garbage: int = 64 * 1024) -> None:
        self._longest = longest
        self._garbage = garbage
        self._passed = 0
        self._buffer = bytearray()
        self._looked = 0  # how far the buffer was searched for the end: a long message is not searched again and again

    @property
    def half(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._buffer)

    def take(self, came: bytes) -> list[bytes]:
        """The messages that are whole now."""
        self._buffer += came
        found = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> bytes | None:
        if not self._begun():
            return None
        end = self._buffer.find(END, self._looked)
        if end < 0:
            self._looked = len(self._buffer)
        if (len(self._buffer) if end < 0 else end) > self._longest:
            raise TooLong(bytes(self._buffer[1:4096]))
        if end < 0:
            return None
        message = bytes(self._buffer[1:end])
        del self._buffer[: end + 1]
        self._looked = 0
        return message

    def _begun(self) -> bool:
        """Drop what stands before a frame."""
        begin = self._buffer.find(BEGIN)
        if begin == 0:
            return True
        dropped = len(self._buffer) if begin < 0 else begin
        # the CR after a frame is no garbage, nor are line ends that some senders add
        self._passed += len(bytes(self._buffer[:dropped]).strip(b"\r\n"))
        del self._buffer[:dropped]
        self._looked = 0
        if self._passed > self._garbage:
            raise Garbage("what comes here is no HL7 in frames")
        return begin >= 0
