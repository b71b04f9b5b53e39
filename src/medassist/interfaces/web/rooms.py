"""The addresses of the pages that several domains share: board, rooming, patient, find."""

from django.urls import path

from medassist.interfaces.web.board import pages as board

urlpatterns = [
    path("", board.board, name="board"),
    path("board/appointment/<uuid:appointment>/arrive", board.arrive, name="board-arrive"),
    path("board/visit/<uuid:visit>/undo", board.undo, name="board-undo"),
    path("board/visit/<uuid:visit>/<slug:act>", board.move, name="board-act"),
]
