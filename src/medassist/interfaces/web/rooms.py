"""The addresses of the pages that several domains share: board, rooming, patient, find."""

from django.urls import path

from medassist.interfaces.web.ahead import coverage, impact, week, whatif
from medassist.interfaces.web.board import pages as board
from medassist.interfaces.web.find import pages as find
from medassist.interfaces.web.pages import devices, quality
from medassist.interfaces.web.patient import pages as patient
from medassist.interfaces.web.rooming import pages as rooming

urlpatterns = [
    path("", board.board, name="board"),
    path("board/appointment/<uuid:appointment>/arrive", board.arrive, name="board-arrive"),
    path("board/visit/<uuid:visit>/undo", board.undo, name="board-undo"),
    path("board/visit/<uuid:visit>/<slug:act>", board.move, name="board-act"),
    path("quality", quality.page, name="quality"),
    path("coverage", coverage.page, name="coverage"),
    path("what-if", whatif.page, name="what-if"),
    path("week", week.page, name="week"),
    path("impact", impact.page, name="impact"),
    path("impact/text", impact.text, name="impact-text"),
    path("find", find.find, name="find"),
    path("rooming/<uuid:visit>", rooming.room, name="rooming"),
    path("rooming/<uuid:visit>/identity", rooming.identity, name="rooming-identity"),
    path("rooming/<uuid:visit>/scan", rooming.scan, name="rooming-scan"),
    path("rooming/<uuid:visit>/delegate", rooming.delegate, name="rooming-delegate"),
    path("rooming/<uuid:visit>/reason", rooming.reason, name="rooming-reason"),
    path("rooming/<uuid:visit>/vitals", rooming.take, name="rooming-vitals"),
    path("rooming/<uuid:visit>/vitals/check", rooming.check, name="rooming-check"),
    path("rooming/<uuid:visit>/vitals/units", rooming.units, name="rooming-units"),
    path("rooming/<uuid:visit>/vitals/more", rooming.more, name="rooming-more"),
    path("rooming/<uuid:visit>/vitals/confirm", rooming.confirm, name="rooming-confirm"),
    path("rooming/<uuid:visit>/series", rooming.begin, name="rooming-begin"),
    path("rooming/<uuid:visit>/series/step", rooming.step, name="rooming-step"),
    path("rooming/<uuid:visit>/series/<uuid:series>/end", rooming.end, name="rooming-end"),
    path("rooming/<uuid:visit>/vitals/<uuid:reading>/correct", rooming.correct, name="rooming-correct"),
    path("rooming/<uuid:visit>/review", rooming.review, name="rooming-review"),
    path("rooming/<uuid:visit>/medication", rooming.medication, name="rooming-medication"),
    path("rooming/<uuid:visit>/medication/<uuid:entry>/stop", rooming.stop, name="rooming-stop"),
    path("rooming/<uuid:visit>/allergy", rooming.allergy, name="rooming-allergy"),
    path("rooming/<uuid:visit>/next", rooming.move, name="rooming-next"),
    path("rooming/<uuid:visit>/room", rooming.move_room, name="rooming-room"),
    path("rooming/<uuid:visit>/to-do", rooming.to_do, name="rooming-todo"),
    path("rooming/<uuid:visit>/to-do/<uuid:to_do>/done", rooming.done, name="rooming-done"),
    path("rooming/of/<uuid:patient>", rooming.start, name="rooming-start"),
    path("devices", devices.devices, name="devices"),
    path("devices/add", devices.add, name="device-add"),
    path("devices/<uuid:device>/place", devices.place, name="device-place"),
    path("devices/<uuid:device>/change", devices.change, name="device-change"),
    path("devices/<uuid:device>/retire", devices.retire, name="device-retire"),
    path("patients/<uuid:patient>", patient.patient, name="patient"),
    path("patients/<uuid:patient>/arrive", patient.arrive, name="patient-arrive"),
]
