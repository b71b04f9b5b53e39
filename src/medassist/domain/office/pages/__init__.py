"""The office on screen: sites and staff for the manager; who is here, and who works when, for everybody."""

from medassist.domain.office.pages import here, shifts, sites, staff

__all__ = ["here", "shifts", "sites", "staff"]
