"""What would close a gap: a sign-off, a certificate, another delegator, a policy; with the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from medassist.interfaces.web.ahead.world import Answer, Needed, Rulings

SKILL = ("training-hours", "demonstrations", "competency")


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that would help towards a yes."""

    text: str
    url: str = ""
    label: str = ""


def told(need: str) -> str:
    """A need in one sentence; the file's own words stand on the page of the policy."""
    return need.partition(" To read: ")[0]


def ways(one: Needed, answer: Answer, rulings: Rulings) -> list[Way]:
    """What would close a gap: who may and does not work then, and each need of the best ruling, in its order."""
    able = rulings.elsewhen(one)
    said = f"At work then: {' or '.join(able)}, who may do it." if able else "An assistant at work then."
    shift = [Way(said, f"{reverse('week')}?on={one.day}", "The week")]
    if answer.best is None or answer.person is None:
        return shift
    return [*(shift if able else ()), *_towards(one, answer, rulings)]


def _towards(one: Needed, answer: Answer, rulings: Rulings) -> list[Way]:
    assert answer.best is not None
    if answer.decision == "deny":
        return _after_a_no(answer)
    found = [_way(need.code, told(need.text), one, answer, rulings) for need in answer.best.needs]
    return list(dict.fromkeys(found))


def _after_a_no(answer: Answer) -> list[Way]:
    assert answer.best is not None
    if answer.best.rule.endswith("/no-credential"):
        return [Way(f"A course: {answer.best.reasons[0].text}", reverse("guide-ways"), "Ways to certify")]
    return [Way("No one here can make this a yes: a nurse or a provider does it.")]


def _way(code: str, text: str, one: Needed, answer: Answer, rulings: Rulings) -> Way:
    assert answer.person is not None
    person = answer.person
    if code in SKILL:
        return Way(
            f"A sign-off for {person.name}: {text}", reverse("skill-sign", args=[person.id, one.act]), "Sign off"
        )
    if code == "credential":
        return Way(f"{person.name}: {text}", reverse("guide-ways"), "Ways to certify")
    if code in ("policy", "practice"):
        return Way(text, reverse("policy-sign", args=[one.act]), "Read and sign")
    if code in ("delegator", "supervision"):
        return Way(f"Another delegator: {text} {_others(one, rulings)}", reverse("scheduling:times"), "Offered times")
    if code == "order":
        return Way(text, reverse("orders:standing"), "Standing orders")
    return Way(text)


def _others(one: Needed, rulings: Rulings) -> str:
    """Which providers of this office would do, were they there."""
    world = rulings.world
    hands = rulings.at_work(one, unlicensed=True)

    def would_do(kind: str) -> bool:
        facts = world.facts(one.act, one.day, frozenset({kind}), frozenset({kind}))
        asked = [ruling for ruling in rulings.rule(one.act, one.day, hands, facts) if ruling.decision != "deny"]
        return any({"delegator", "supervision"}.isdisjoint(need.code for need in ruling.needs) for ruling in asked)

    names = [p.name for p in world.people.values() if p.kind and p.id != one.provider and would_do(p.kind)]
    return f"Here that could be {' or '.join(names)}." if names else "Nobody of this office would do."
