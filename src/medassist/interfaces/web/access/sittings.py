"""From sign-in to sign-out: beginning, choosing the site, going on, locking, ending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, login
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from medassist.interfaces.web.access import places, settled, throttle, told
from medassist.interfaces.web.models import Account, Sitting, Workstation
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid_or_none
from medassist.kernel.prepared import Prepared

BACKEND = "medassist.interfaces.web.access.backend.AccountBackend"
PLACE = "place"  # the session's key for the site and what pages show of it
CHECK = timedelta(minutes=5)  # how often a person's positions are looked at again
SEEN = timedelta(seconds=30)  # how exactly the last activity is kept


_stay = Prepared(
    lambda which: Sitting.objects.select_related("account__actor").defer("draft").filter(pk=which, ended_at=None),
    UUID(int=1),
)


@dataclass(frozen=True)
class Here:
    """Who is at this browser: the account, the stay, the kernel's context; a locked one may do nothing."""

    account: Account
    sitting: Sitting
    context: Context
    locked: bool


def begin(request: HttpRequest, account: Account, how: str, workstation: Workstation | None = None) -> Sitting:
    """Sign somebody in: a new session under a new name, whatever this browser had before."""
    back = request.session.get("back", "")
    earlier: Here | None = getattr(request, "here", None)
    if earlier is not None:
        end(request, earlier.sitting, "another sign-in at this browser")
    request.session.flush()  # nothing planted before sign-in lives on after it
    login(request, account, backend=BACKEND)
    agent = request.headers.get("User-Agent", "")[:200]
    sitting = Sitting.objects.create(
        account=account, how=how, address=throttle.address(request), browser=agent, workstation=workstation
    )
    request.session["sitting"] = str(sitting.pk)
    if back:
        request.session["back"] = back
    if how != "pin":
        Account.objects.filter(pk=account.pk).update(full_at=clock.now())
        throttle.forget(account, "pin", "code")
    told.note(request, account, "signed-in", how=how, sitting=str(sitting.pk))
    _first_place(request, account, workstation)
    return sitting


def _first_place(request: HttpRequest, account: Account, workstation: Workstation | None) -> None:
    """With one site there is nothing to choose; a workstation stands at one."""
    found = places.of(account.actor_id)
    request.session["sites"] = len(found)
    there = [place for place in found if workstation and place["site"] == str(workstation.site)]
    if len(there or found) == 1:
        settle(request, (there or found)[0])
    else:
        request.session["choose"] = bool(found)


def settle(request: HttpRequest, place: dict[str, Any]) -> None:
    """Work at this site from now on."""
    request.session[PLACE] = {**place, "practice": places.practice(), "checked": clock.now().timestamp()}
    request.session.pop("choose", None)


def read(request: HttpRequest, quiet: bool = False) -> Here | None:
    """Who is at this browser; None for nobody. Two queries: the session, and the stay with its account.

    `quiet` is for requests that the page makes by itself: they keep nobody awake.
    """
    which = uuid_or_none(str(request.session.get("sitting", "")))
    if which is None:
        return None
    sitting = _stay.first(which)
    if sitting is None or not _holds(request, sitting):
        request.session.flush()
        return None
    locked = _lock_if_idle(request, sitting)
    if not locked:
        _go_on(request, sitting, quiet)
    site = uuid_or_none(request.session.get(PLACE, {}).get("site", ""))
    ctx = Context(told.actor(sitting.account), "web", clock.now(), site=site)
    return Here(sitting.account, sitting, ctx, locked)


def _holds(request: HttpRequest, sitting: Sitting) -> bool:
    """Whether the stay is this account's, under its present password, and not too old."""
    account, session = sitting.account, request.session
    if not account.is_active or not account.actor.active or session.get(SESSION_KEY) != str(account.pk):
        return False
    if session.get(BACKEND_SESSION_KEY) != BACKEND:
        return False
    given = session.get(HASH_SESSION_KEY, "")
    hashes = [account.get_session_auth_hash(), *account.get_session_auth_fallback_hash()]
    if not any(constant_time_compare(given, one) for one in hashes):
        return False
    if clock.now() - sitting.began_at < timedelta(hours=settled.rules().sign_in_hours):
        return True
    end(request, sitting, "timed-out")
    return False


def _lock_if_idle(request: HttpRequest, sitting: Sitting) -> bool:
    if sitting.locked_at:
        return True
    if clock.now() - sitting.seen_at < timedelta(minutes=settled.rules().lock_minutes):
        return False
    lock(request, sitting, "idle")
    return True


def _go_on(request: HttpRequest, sitting: Sitting, quiet: bool) -> None:
    now = clock.now()
    if not quiet and now - sitting.seen_at >= SEEN:
        Sitting.objects.filter(pk=sitting.pk).update(seen_at=now)
    place = request.session.get(PLACE)
    if place and now.timestamp() - place["checked"] >= CHECK.total_seconds():
        _check_place(request, sitting.account, place)


def _check_place(request: HttpRequest, account: Account, place: dict[str, Any]) -> None:
    """A position may have ended, a site been renamed: look again, and stop working where one has none."""
    found = places.of(account.actor_id)
    still = next((one for one in found if one["site"] == place["site"]), None)
    if still:
        settle(request, still)
    else:
        request.session.pop(PLACE, None)
        request.session["choose"] = bool(found)


def lock(request: HttpRequest, sitting: Sitting, why: str) -> None:
    """Lock the stay; what the page had open is remembered in it."""
    if Sitting.objects.filter(pk=sitting.pk, locked_at=None).update(locked_at=clock.now()):
        told.note(request, sitting.account, "locked", why=why, sitting=str(sitting.pk))
    sitting.locked_at = sitting.locked_at or clock.now()


def unlock(request: HttpRequest, sitting: Sitting, how: str) -> None:
    """Go on where one was, under a new session key."""
    Sitting.objects.filter(pk=sitting.pk).update(locked_at=None, seen_at=clock.now())
    request.session.cycle_key()
    told.note(request, sitting.account, "unlocked", how=how, sitting=str(sitting.pk))


def end(request: HttpRequest, sitting: Sitting, why: str) -> None:
    """End one stay."""
    if Sitting.objects.filter(pk=sitting.pk, ended_at=None).update(ended_at=clock.now(), draft=""):
        told.note(request, sitting.account, "signed-out", why=why, sitting=str(sitting.pk))


def end_all(request: HttpRequest, account: Account, why: str, but: Sitting | None = None) -> int:
    """End every stay of a person, except perhaps the one at hand; the number ended."""
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1)
    account.refresh_from_db(fields=["epoch"])
    others = account.sittings.filter(ended_at=None)
    others = others.exclude(pk=but.pk) if but else others
    ended = others.update(ended_at=clock.now(), draft="")
    if but is not None:
        request.session.cycle_key()
        request.session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    told.note(request, account, "ended-all", why=why, ended=ended)
    return ended
