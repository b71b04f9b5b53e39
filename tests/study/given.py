"""A practice with questions of its own on every topic, learners, and a day of study, all made by doing actions."""

from __future__ import annotations

import random
from datetime import date
from itertools import count
from typing import Any

from medassist.domain.study import actions, inputs, queries, rules
from medassist.kernel import clock
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context

SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu wa xe yi zo dra fle gri kno plu ste tri".split()


def word(chance: random.Random) -> str:
    """A word that nobody knows, of six to eight letters."""
    return "".join(chance.choice(SYLLABLES) for _ in range(3))


def question(topic: str, number: int, **parts: Any) -> dict[str, Any]:
    """A question that passes the checker: no word of it stands in another."""
    chance = random.Random(f"{topic}/{number}")
    words = lambda many: " ".join(word(chance) for _ in range(many))  # noqa: E731
    difficulty = (-1.2, 0.0, 0.2, 1.1)[number % 4]
    start = {
        "id": f"own-{topic}-{number:03}",
        "topic": topic,
        "stem": f"{words(12).capitalize()}?",
        "options": [words(3) for _ in range(4)],
        "key": (number // 4 + number) % 4,
        "rationale": f"It is so: {words(5)}.",
        "source": {
            "title": "Hand Hygiene",
            "publisher": "Alder Street",
            "url": "https://alderstreet.example/hygiene",
            "as_of": "2026-11-01",
        },
        "difficulty": difficulty,
        "written": "2026-11-27",
        "read": None,
    }
    made = {**start, **parts}
    # the key neither longest nor shortest: all options are brought to one length
    if "options" not in parts:
        most = max(map(len, made["options"]))
        made["options"] = [f"{text}{'a' * (most - len(text))}" for text in made["options"]]
    return made


def questions(each: int = 4, topics: Any = None) -> list[dict[str, Any]]:
    """Questions on every topic; their keys and difficulties are spread."""
    numbers = count()
    return [
        question(topic, at + 1, key=next(numbers) % 4, difficulty=(-1.2, 0.0, 0.2, 1.1)[(at + len(topic)) % 4])
        for topic in (topics or rules.outlines().topics)
        for at in range(each)
    ]


def given_questions(each: int = 4, **parts: Any) -> None:
    """The practice brings questions of its own."""
    actions.take_questions(context(), inputs.TakeQuestions.of(questions=questions(each, **parts)))


class Learner:
    """A person of the staff who studies."""

    def __init__(self, office: Any, person: Any) -> None:
        self.office, self.person = office, person

    @property
    def pk(self) -> Any:
        """The person's id."""
        return self.person.pk

    def ctx(self, **parts: Any) -> Any:
        """The context in which the person studies, now."""
        return self.office.as_(self.person, **{"at": clock.now(), **parts})

    def aims(self, exam: str = "CMA-AAMA", on: date | None = None) -> Any:
        """The person says what for."""
        return actions.aim(self.ctx(), inputs.AimAt.of(exam=exam, on=on))

    def answers(self, item: str, right: bool = True, **parts: Any) -> Any:
        """One answer in practice."""
        key = queries.question(item).key
        chosen = key if right else (key + 1) % 4
        at = parts.pop("at", None) or clock.now()
        return actions.review(self.ctx(at=at), inputs.AnswerReview.of(item=item, chosen=chosen, **parts))

    def sits(self, exam: str = "CMA-AAMA", **parts: Any) -> Any:
        """The person begins a mock examination."""
        return actions.start_mock(self.ctx(**parts), inputs.StartMock.of(exam=exam))

    def replies(self, sitting: Any, item: str, right: bool = True, **parts: Any) -> Any:
        """One answer in a mock examination."""
        key = queries.question(item).key
        chosen = key if right else (key + 1) % 4
        return actions.answer(self.ctx(**parts), inputs.AnswerMock.of(sitting=sitting.pk, item=item, chosen=chosen))

    def hands_in(self, sitting: Any, number: int, whole: bool = False, **parts: Any) -> Any:
        """The person ends a part, or all."""
        given = inputs.EndPart.of(sitting=sitting.pk, number=number, whole=whole)
        return actions.end_part(self.ctx(**parts), given)


def entries(action):
    return list(AuditEntry.objects.filter(action=action).order_by("id").values_list("outcome", flat=True))


def told(name):
    return Event.objects.filter(name=name).count()


def start_placement(who, exam="CMA-AAMA", **parts):
    return actions.start_placement(who.ctx(**parts), inputs.StartPlacement.of(exam=exam))


def place(who, one, item, chosen, **parts):
    return actions.place(who.ctx(**parts), inputs.AnswerPlacement.of(sitting=one.pk, item=item, chosen=chosen))
