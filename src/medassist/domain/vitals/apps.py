"""The app as Django and the kernel know it."""

from medassist.kernel import guard
from medassist.kernel.apps import DomainConfig


class VitalsConfig(DomainConfig):
    """See the package."""

    name = "medassist.domain.vitals"

    def ready(self) -> None:
        """Register the domain; its rows are added, never changed."""
        super().ready()
        guard.append_only("vitals.VitalSet", "vitals.Reading", "vitals.Confirmation")
