"""The port as these tests need it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medassist.interfaces.hl7 import inbox


@pytest.fixture
def port(settings: Any) -> Iterator[None]:
    """No account of an earlier test; people may do everything here, what the port may is tested by its own grant."""
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_yes"
    inbox._enrolled.cache_clear()
    yield
    inbox._enrolled.cache_clear()
