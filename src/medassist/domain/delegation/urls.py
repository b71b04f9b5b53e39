"""Addresses of delegation's pages."""

from django.urls import path

from medassist.domain.delegation.pages import may, policies, skills

urlpatterns = [
    path("", may.mine, name="may-mine"),
    path("staff/<uuid:staff>", may.of_staff, name="may-staff"),
    path("staff/<uuid:staff>/skill/<str:act_name>", skills.sign_off, name="skill-sign"),
    path("policies", policies.policies, name="policies"),
    path("policies/office", policies.sign_office, name="policies-office"),
    path("policies/act/<str:act_name>", policies.sign, name="policy-sign"),
    path("policies/<uuid:policy>/withdraw", policies.withdraw, name="policy-withdraw"),
]
