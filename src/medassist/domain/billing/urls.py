"""Addresses of coverage."""

from django.urls import path

from medassist.domain.billing import pages

app_name = "billing"
urlpatterns = [
    path("<uuid:patient>/coverage", pages.coverage, name="coverage"),
    path("<uuid:patient>/coverage/record", pages.record, name="record"),
    path("<uuid:patient>/coverage/<uuid:coverage>/end", pages.end, name="end"),
]
