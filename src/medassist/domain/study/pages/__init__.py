"""Study on screen."""

from medassist.domain.study.pages.classes import class_view, join, leave_class, open_class
from medassist.domain.study.pages.home import aim, home
from medassist.domain.study.pages.practice import practice, reviewed
from medassist.domain.study.pages.sittings import answer, begin, end, sitting, start_mock, start_placement

__all__ = [
    "aim", "answer", "begin", "class_view", "end", "home", "join", "leave_class", "open_class", "practice",
    "reviewed", "sitting", "start_mock", "start_placement",
]  # fmt: skip
