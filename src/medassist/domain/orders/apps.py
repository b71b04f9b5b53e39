"""Orders as a Django app."""

from medassist.kernel.apps import DomainConfig


class OrdersConfig(DomainConfig):
    """What was ordered, and is still in force."""

    name = "medassist.domain.orders"
