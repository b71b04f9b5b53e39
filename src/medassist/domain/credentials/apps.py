"""Credentials as a Django app."""

from medassist.kernel.apps import DomainConfig


class CredentialsConfig(DomainConfig):
    """Who holds what."""

    name = "medassist.domain.credentials"
