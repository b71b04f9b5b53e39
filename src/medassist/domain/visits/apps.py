"""The app as Django and the kernel know it."""

from medassist.kernel.apps import DomainConfig


class VisitsConfig(DomainConfig):
    """See the package."""

    name = "medassist.domain.visits"
