"""Addresses of the pages of patients."""

from django.urls import path

from medassist.domain.people.pages import found, person, register

app_name = "people"
urlpatterns = [
    path("", found.search, name="search"),
    path("new", register.register, name="register"),
    path("new/alike", register.alike, name="alike"),
    path("<uuid:patient>", person.person, name="person"),
    path("<uuid:patient>/change", person.change, name="change"),
    path("<uuid:patient>/photo", person.photo, name="photo"),
    path("<uuid:patient>/photo/set", person.set_photo, name="set-photo"),
    path("<uuid:patient>/alerts", person.add_alert, name="add-alert"),
    path("<uuid:patient>/alerts/<uuid:alert>/end", person.end_alert, name="end-alert"),
    path("<uuid:patient>/consent", person.consent, name="consent"),
]
