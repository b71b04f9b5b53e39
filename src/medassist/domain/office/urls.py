"""Addresses of the office's pages."""

from django.urls import path

from medassist.domain.office import pages

app_name = "office"
urlpatterns = [
    path("", pages.sites.sites, name="sites"),
    path("sites/add", pages.sites.add_site, name="add-site"),
    path("site/<uuid:site>", pages.sites.site, name="site"),
    path("site/<uuid:site>/change", pages.sites.change_site, name="change-site"),
    path("site/<uuid:site>/rooms", pages.sites.add_room, name="add-room"),
    path("room/<uuid:room>", pages.sites.change_room, name="change-room"),
    path("site/<uuid:site>/hours", pages.sites.set_hours, name="set-hours"),
    path("site/<uuid:site>/closures", pages.sites.close_days, name="close-days"),
    path("closure/<uuid:closure>/withdraw", pages.sites.withdraw_closure, name="withdraw-closure"),
    path("site/<uuid:site>/settings", pages.sites.change_settings, name="change-settings"),
    path("staff/", pages.staff.staff, name="staff"),
    path("staff/add", pages.staff.add_staff, name="add-staff"),
    path("staff/<uuid:staff>", pages.staff.person, name="person"),
    path("staff/<uuid:staff>/change", pages.staff.change_staff, name="change-staff"),
    path("staff/<uuid:staff>/positions", pages.staff.give_position, name="give-position"),
    path("position/<uuid:position>/end", pages.staff.end_position, name="end-position"),
    path("staff/<uuid:staff>/leave", pages.staff.leave_office, name="leave"),
    path("staff/<uuid:staff>/shifts", pages.shifts.set_shifts, name="set-shifts"),
    path("staff/<uuid:staff>/shifts/end", pages.shifts.end_shifts, name="end-shifts"),
    path("staff/<uuid:staff>/absences", pages.shifts.record_absence, name="record-absence"),
    path("absence/<uuid:absence>/withdraw", pages.shifts.withdraw_absence, name="withdraw-absence"),
    path("here", pages.here.here, name="here"),
    path("here/in", pages.here.check_in, name="check-in"),
    path("here/out", pages.here.check_out, name="check-out"),
]
