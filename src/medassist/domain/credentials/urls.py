"""Addresses of the credentials' pages."""

from django.urls import path

from medassist.domain.credentials import pages
from medassist.domain.credentials.pages import courses, files, log

urlpatterns = [
    path("", pages.mine, name="credentials"),
    path("hand-in", files.hand_in, name="credential-hand-in"),
    path("plans/save", pages.save_plan, name="plan-save"),
    path("courses/new", courses.new, name="course-new"),
    path("courses/<uuid:course>/correct", courses.correct, name="course-correct"),
    path("courses/<uuid:course>/take-back", courses.take_back, name="course-take-back"),
    path("courses/<uuid:course>/document", files.keep_of_course, name="course-document"),
    path("documents/<uuid:document>", files.document, name="credential-file"),
    path("log", log.mine, name="log"),
    path("log/work", log.enter_work, name="log-work"),
    path("log/practicum", log.enter_practicum, name="log-practicum"),
    path("log/<uuid:entry>/take-back", log.take_back, name="log-take-back"),
    path("staff/<uuid:staff>", pages.of_staff, name="credentials-staff"),
    path("staff/<uuid:staff>/record", pages.record, name="credential-record"),
    path("staff/<uuid:staff>/log", log.of_staff, name="log-staff"),
    path("staff/<uuid:staff>/log/sheet", log.sheet, name="log-sheet"),
    path("staff/<uuid:staff>/log/sign", log.sign, name="log-sign"),
    path("<uuid:credential>/verify", pages.verify, name="credential-verify"),
    path("<uuid:credential>/take-back", pages.take_back, name="credential-take-back"),
    path("<uuid:credential>/revoke", pages.revoke, name="credential-revoke"),
    path("<uuid:credential>/document", files.keep_of_credential, name="credential-document"),
]
