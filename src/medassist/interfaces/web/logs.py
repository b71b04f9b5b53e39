"""What the log may hold: the request's number, and no query strings, in which somebody might have put a name."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

REQUEST: ContextVar[str] = ContextVar("request", default="-")
QUERY = re.compile(r"(?<=[^\s?])\?[^\s\"']*")


class Plain(logging.Filter):
    """Adds the request's number as `request`, and cuts every address at its question mark."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, cleaned."""
        record.request_number = REQUEST.get()
        if isinstance(record.msg, str) and "?" in record.msg:
            record.msg = QUERY.sub("", record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(_plain, record.args))
        elif isinstance(record.args, dict):
            record.args = {name: _plain(value) for name, value in record.args.items()}
        return True


def _plain(value: Any) -> Any:
    return QUERY.sub("", value) if isinstance(value, str) else value
