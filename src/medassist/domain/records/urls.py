"""Addresses of the lists."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from medassist.domain.records import pages


class AnyList(StringConverter):
    """One of the three lists."""

    regex = "allergy|problem|medication"


class Ending(StringConverter):
    """A list whose entries end."""

    regex = "problem|medication"


register_converter(AnyList, "anylist")
register_converter(Ending, "ending")
app_name = "records"
urlpatterns = [
    path("<uuid:patient>", pages.lists, name="lists"),
    path("<uuid:patient>/review", pages.review, name="review"),
    path("<uuid:patient>/<anylist:list>", pages.add, name="add"),
    path("<uuid:patient>/<ending:list>/<uuid:entry>/end", pages.end, name="end"),
    path("<uuid:patient>/<anylist:list>/<uuid:entry>/refute", pages.refute, name="refute"),
    path("<uuid:patient>/<anylist:list>/<uuid:entry>", pages.history, name="history"),
]
