"""Addresses of the schedule's pages."""

from django.urls import path

from medassist.domain.scheduling import pages

app_name = "scheduling"
urlpatterns = [
    path("", pages.day.day, name="day"),
    path("book", pages.book.book, name="book"),
    path("next", pages.book.find_next, name="next"),
    path("appointment/<uuid:appointment>", pages.appointment.appointment, name="appointment"),
    path("appointment/<uuid:appointment>/cancel", pages.appointment.cancel, name="cancel"),
    path("appointment/<uuid:appointment>/no-show", pages.appointment.no_show, name="no-show"),
    path("appointment/<uuid:appointment>/move", pages.appointment.move, name="move"),
    path("appointment/<uuid:appointment>/restore", pages.appointment.restore, name="restore"),
    path("hold", pages.times.hold, name="hold"),
    path("hold/<uuid:hold>/release", pages.times.release, name="release"),
    path("times/", pages.times.times, name="times"),
    path("times/offer", pages.times.offer, name="offer"),
    path("times/<uuid:availability>/end", pages.times.end, name="end-times"),
    path("types/add", pages.times.add_type, name="add-type"),
    path("types/<uuid:type>", pages.times.change_type, name="change-type"),
]
