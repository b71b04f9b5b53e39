"""The exchange as a Django app."""

from importlib import import_module

from django.apps import AppConfig

from medassist.kernel import guard


class ExchangeConfig(AppConfig):
    """The exchange: its actions are registered when the application starts."""

    name = "medassist.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Say which tables are only ever added to, and register the actions."""
        guard.append_only("exchange.Version", "exchange.Received", "exchange.Outcome")
        import_module("medassist.exchange.actions")
