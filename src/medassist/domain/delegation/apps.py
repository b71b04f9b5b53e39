"""Delegation as a Django app."""

from importlib import import_module

from django.db.models.signals import post_migrate

from medassist.kernel.apps import DomainConfig


class DelegationConfig(DomainConfig):
    """The authority; its stamp is set by triggers, installed after every migration."""

    name = "medassist.domain.delegation"

    def ready(self) -> None:
        """Register what the domain brings, and the triggers that tell the authority of changes."""
        super().ready()
        stamp = import_module("medassist.domain.delegation.models.stamp")
        post_migrate.connect(stamp.install, sender=self, dispatch_uid="medassist.delegation.stamp")
