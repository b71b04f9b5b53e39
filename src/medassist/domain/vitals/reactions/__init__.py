"""What vital signs do when they hear an event: doubts are asked about, critical values call, devices are settled."""

from medassist.domain.vitals.reactions import critical, devices, doubts

__all__ = ["critical", "devices", "doubts"]
