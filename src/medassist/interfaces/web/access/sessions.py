"""Django's sessions in the database, asked and saved by one statement each: every request of a person does both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session

from medassist.kernel import clock
from medassist.kernel.prepared import Prepared

_found = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), "-", datetime(2000, 1, 1, tzinfo=UTC)
)


class SessionStore(db.SessionStore):
    """What Django's does, without a savepoint around the one UPDATE and with SQL that is written once."""

    def _get_session_from_db(self) -> Any:
        found = _found.first(self.session_key, clock.now())
        if found is None:
            self._session_key = None
        return found

    def save(self, must_create: bool = False) -> None:
        """Save it; a session that is not there any more is not made again."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        kept = self.create_model_instance(dict(self.items()))
        changed = {"session_data": kept.session_data, "expire_date": kept.expire_date}
        if not Session.objects.filter(pk=kept.pk).update(**changed):
            raise UpdateError
