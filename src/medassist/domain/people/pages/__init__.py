"""Patients on screen: registering, finding, who somebody is, photo and alerts."""

from medassist.domain.people.pages import found, person, register

__all__ = ["found", "person", "register"]
