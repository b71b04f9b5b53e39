"""Delegation on screen: what a person may do, the practice's policies, the states' rules for everyone."""

from medassist.domain.delegation.pages.ways import ways

__all__ = ["ways"]
