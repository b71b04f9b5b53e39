"""Study as a Django app."""

from medassist.kernel.apps import DomainConfig


class StudyConfig(DomainConfig):
    """Who prepares for which examination."""

    name = "medassist.domain.study"
