"""How the kernel starts, and the base from which every domain's app starts."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    """The kernel as a Django app."""

    name = "medassist.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Have each connection take the application's role, and the locks put on when all tables are there."""
        guard = import_module("medassist.kernel.guard")
        connection_created.connect(guard.take_role, dispatch_uid="medassist.role")
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(guard.install, sender=last, dispatch_uid="medassist.guard")


class DomainConfig(AppConfig):
    """A domain: its wire and its reactions are registered when the application starts."""

    default = False  # Django takes the one class of a module that says True, and sees this one imported there too

    def __init_subclass__(cls, **parts: object) -> None:
        super().__init_subclass__(**parts)
        cls.default = True

    def ready(self) -> None:
        """Import what registers itself."""
        for part in ("actions", "wire", "reactions", "pages"):
            if find_spec(f"{self.name}.{part}"):
                import_module(f"{self.name}.{part}")
