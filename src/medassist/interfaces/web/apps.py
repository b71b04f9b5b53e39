"""How the web interface starts."""

from importlib import import_module

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web interface as a Django app: accounts, sign-in, pages of several domains."""

    name = "medassist.interfaces.web"
    label = "web"

    def ready(self) -> None:
        """Import what registers itself."""
        import_module(f"{self.name}.actions")
