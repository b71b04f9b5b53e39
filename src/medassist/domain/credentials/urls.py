"""Addresses of the credentials' pages."""

from django.urls import path

from medassist.domain.credentials import pages

urlpatterns = [
    path("", pages.mine, name="credentials"),
    path("plans/save", pages.save_plan, name="plan-save"),
    path("staff/<uuid:staff>", pages.of_staff, name="credentials-staff"),
    path("staff/<uuid:staff>/record", pages.record, name="credential-record"),
    path("<uuid:credential>/verify", pages.verify, name="credential-verify"),
    path("<uuid:credential>/revoke", pages.revoke, name="credential-revoke"),
    path("skills/<uuid:sign_off>/withdraw", pages.withdraw, name="sign-off-withdraw"),
]
