"""How the domain starts."""

from medassist.kernel import guard
from medassist.kernel.apps import DomainConfig


class BillingConfig(DomainConfig):
    """billing as a Django app."""

    name = "medassist.domain.billing"

    def ready(self) -> None:
        """Coverage is never edited: a change adds a row that names the one it replaces."""
        super().ready()
        guard.append_only("billing.Coverage")
