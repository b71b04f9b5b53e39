"""Addresses of the office's pages."""

from django.urls import path

from medassist.domain.office import pages

app_name = "office"
urlpatterns = [
    path("", pages.sites, name="sites"),
    path("sites/add", pages.add_site, name="add-site"),
    path("site/<uuid:site>", pages.site, name="site"),
    path("site/<uuid:site>/change", pages.change_site, name="change-site"),
    path("site/<uuid:site>/rooms", pages.add_room, name="add-room"),
    path("room/<uuid:room>", pages.change_room, name="change-room"),
    path("site/<uuid:site>/hours", pages.set_hours, name="set-hours"),
    path("site/<uuid:site>/closures", pages.close_days, name="close-days"),
    path("closure/<uuid:closure>/withdraw", pages.withdraw_closure, name="withdraw-closure"),
    path("site/<uuid:site>/settings", pages.change_settings, name="change-settings"),
    path("staff/", pages.staff, name="staff"),
    path("staff/add", pages.add_staff, name="add-staff"),
    path("staff/<uuid:staff>", pages.person, name="person"),
    path("staff/<uuid:staff>/change", pages.change_staff, name="change-staff"),
    path("staff/<uuid:staff>/positions", pages.give_position, name="give-position"),
    path("position/<uuid:position>/end", pages.end_position, name="end-position"),
    path("staff/<uuid:staff>/leave", pages.leave_office, name="leave"),
    path("here", pages.here, name="here"),
    path("here/in", pages.check_in, name="check-in"),
    path("here/out", pages.check_out, name="check-out"),
]
