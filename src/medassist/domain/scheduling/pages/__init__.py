"""The schedule on screen: the day sheet, booking, one appointment, and what is offered."""

from medassist.domain.scheduling.pages import appointment, book, day, times

__all__ = ["appointment", "book", "day", "times"]
