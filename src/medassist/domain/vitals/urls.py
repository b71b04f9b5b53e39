"""Addresses of vital signs."""

from django.urls import path

from medassist.domain.vitals import pages
from medassist.domain.vitals.pages import reports

app_name = "vitals"
urlpatterns = [
    path("unmatched", reports.unmatched, name="unmatched"),
    path("reports/<uuid:report>/assign", reports.assign, name="assign"),
    path("reports/<uuid:report>/dismiss", reports.dismiss, name="dismiss"),
    path("reports/<uuid:set>/confirm", reports.confirm, name="confirm-report"),
    path("<uuid:patient>/", pages.overview, name="overview"),
    path("<uuid:patient>/take", pages.take, name="take"),
    path("<uuid:patient>/growth", pages.growth, name="growth"),
    path("<uuid:patient>/growth.pdf", pages.growth_pdf, name="growth-pdf"),
    path("<uuid:patient>/trends", pages.trends, name="trends"),
    path("<uuid:patient>/trend/<slug:sign>", pages.trend, name="trend"),
    path("<uuid:patient>/sets/<uuid:set>", pages.one_set, name="set"),
    path("<uuid:patient>/sets/<uuid:set>/confirm", pages.confirm, name="confirm"),
    path("<uuid:patient>/readings/<uuid:reading>/correct", pages.correct, name="correct"),
]
