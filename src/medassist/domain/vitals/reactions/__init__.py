"""What vital signs do when they hear an event: doubts, critical values, devices, series."""

from medassist.domain.vitals.reactions import critical, devices, doubts, series

__all__ = ["critical", "devices", "doubts", "series"]
