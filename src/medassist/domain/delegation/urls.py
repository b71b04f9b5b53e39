"""Addresses of delegation's pages."""

from django.urls import path

from medassist.domain.delegation.pages import files, may, policies, reach, sheet, skills

urlpatterns = [
    path("", may.mine, name="may-mine"),
    path("staff/<uuid:staff>", may.of_staff, name="may-staff"),
    path("staff/<uuid:staff>/skill/<str:act_name>", skills.sign_off, name="skill-sign"),
    path("skills/<uuid:sign_off>/withdraw", skills.withdraw, name="sign-off-withdraw"),
    path("policies", policies.policies, name="policies"),
    path("policies/office", policies.sign_office, name="policies-office"),
    path("policies/act/<str:act_name>", policies.sign, name="policy-sign"),
    path("policies/<uuid:policy>/withdraw", policies.withdraw, name="policy-withdraw"),
    path("rules", files.in_force, name="rules"),
    path("rules/adopt", files.adopt, name="rules-adopt"),
    path("rules/<uuid:file>/withdraw", files.withdraw, name="rules-withdraw"),
    path("rules/check", files.check, name="rules-check"),
    path("reach", reach.begin, name="reach"),
    path("reach/end", reach.end, name="reach-end"),
    path("sheet/<uuid:staff>.pdf", sheet.sheet, name="authorization-sheet"),
]
