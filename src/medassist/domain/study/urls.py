"""Addresses of the pages of study."""

from django.urls import path

from medassist.domain.study import pages

urlpatterns = [
    path("", pages.home, name="study"),
    path("aim", pages.aim, name="study-aim"),
    path("practice", pages.practice, name="study-practice"),
    path("reviews/<uuid:review>", pages.reviewed, name="study-review"),
    path("placements", pages.start_placement, name="study-place"),
    path("mocks", pages.start_mock, name="study-mock"),
    path("sittings/<uuid:sitting>", pages.sitting, name="study-sitting"),
    path("sittings/<uuid:sitting>/answer", pages.answer, name="study-answer"),
    path("sittings/<uuid:sitting>/begin", pages.begin, name="study-begin"),
    path("sittings/<uuid:sitting>/end", pages.end, name="study-end"),
    path("classes", pages.open_class, name="study-classes"),
    path("classes/join", pages.join, name="study-join"),
    path("classes/<uuid:group>", pages.class_view, name="study-class"),
    path("classes/<uuid:group>/leave", pages.leave_class, name="study-leave"),
]
