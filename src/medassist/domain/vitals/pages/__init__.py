"""Vital signs on screen: everything measured, one set, signs over time, growth."""

from medassist.domain.vitals.pages.growth import growth, growth_pdf
from medassist.domain.vitals.pages.one import confirm, correct, one_set, take
from medassist.domain.vitals.pages.overview import overview
from medassist.domain.vitals.pages.trends import trend, trends

__all__ = ["confirm", "correct", "growth", "growth_pdf", "one_set", "overview", "take", "trend", "trends"]
