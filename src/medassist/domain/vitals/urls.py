"""Addresses of vital signs."""

from django.urls import path

from medassist.domain.vitals import pages, pages_reports

app_name = "vitals"
urlpatterns = [
    path("unmatched", pages_reports.unmatched, name="unmatched"),
    path("reports/<uuid:report>/assign", pages_reports.assign, name="assign"),
    path("reports/<uuid:report>/dismiss", pages_reports.dismiss, name="dismiss"),
    path("reports/<uuid:set>/confirm", pages_reports.confirm, name="confirm-report"),
    path("<uuid:patient>/", pages.overview, name="overview"),
    path("<uuid:patient>/take", pages.take, name="take"),
    path("<uuid:patient>/trend/<slug:sign>", pages.trend, name="trend"),
    path("<uuid:patient>/sets/<uuid:set>", pages.one_set, name="set"),
    path("<uuid:patient>/sets/<uuid:set>/confirm", pages.confirm, name="confirm"),
    path("<uuid:patient>/readings/<uuid:reading>/correct", pages.correct, name="correct"),
]
