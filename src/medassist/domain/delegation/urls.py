"""Addresses of delegation's pages."""

from django.urls import path

from medassist.domain.delegation.pages import may, policies

urlpatterns = [
    path("", may.mine, name="may-mine"),
    path("staff/<uuid:staff>", may.of_staff, name="may-staff"),
    path("policies", policies.policies, name="policies"),
    path("policies/office", policies.sign_office, name="policies-office"),
    path("policies/act/<str:act_name>", policies.sign, name="policy-sign"),
    path("policies/<uuid:policy>/withdraw", policies.withdraw, name="policy-withdraw"),
]
