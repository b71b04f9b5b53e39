"""How the domain starts."""

from medassist.kernel import guard
from medassist.kernel.apps import DomainConfig


class RecordsConfig(DomainConfig):
    """records as a Django app."""

    name = "medassist.domain.records"

    def ready(self) -> None:
        """What is on a list is never edited."""
        super().ready()
        guard.append_only("records.Allergy", "records.Problem", "records.Medication", "records.ListReview")
