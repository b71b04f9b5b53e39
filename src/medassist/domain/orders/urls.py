"""Addresses of the orders' pages."""

from django.urls import path

from medassist.domain.orders import pages

app_name = "orders"
urlpatterns = [
    path("standing", pages.standing, name="standing"),
    path("standing/sign", pages.sign, name="sign-standing"),
    path("standing/<uuid:order>", pages.version, name="standing-version"),
    path("standing/<uuid:order>/withdraw", pages.withdraw, name="withdraw-standing"),
]
