"""Addresses of the worklist's pages."""

from django.urls import path

from medassist.domain.worklist import pages

app_name = "worklist"
urlpatterns = [
    path("", pages.mine, name="mine"),
    path("team", pages.team, name="team"),
    path("unowned", pages.unowned, name="unowned"),
    path("overdue", pages.overdue, name="overdue"),
    path("ended", pages.ended, name="ended"),
    path("add", pages.add, name="add"),
    path("task/<uuid:task>", pages.task, name="task"),
    path("task/<uuid:task>/take", pages.take, name="take"),
    path("task/<uuid:task>/assign", pages.assign, name="assign"),
    path("task/<uuid:task>/done", pages.done, name="done"),
    path("task/<uuid:task>/acknowledge", pages.acknowledge, name="acknowledge"),
    path("task/<uuid:task>/close", pages.close, name="close"),
    path("task/<uuid:task>/reopen", pages.reopen, name="reopen"),
    path("task/<uuid:task>/note", pages.note, name="note"),
    path("task/<uuid:task>/plan", pages.plan, name="plan"),
]
