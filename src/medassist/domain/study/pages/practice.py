"""Practice: one question, its answer judged with the reason and the source, the next one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from medassist.domain.study import actions, inputs, queries
from medassist.domain.study.pages.shown import asked, me
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, submit


@page(act="house.own")
def practice(request: HttpRequest, ctx: Context) -> HttpResponse:
    """The question that comes now; posted, its answer."""
    person, form = me(ctx), Form.of(request)
    more = request.GET.get("more") == "1"
    back = f"{reverse('study-practice')}{'?more=1' if more else ''}"
    if made := submit(form, ctx, actions.review, inputs.AnswerReview):
        return leave(request, f"{reverse('study-review', args=[made.pk])}{'?more=1' if more else ''}")
    goal = queries.aim(person.pk)
    if goal is None:
        return leave(request, reverse("study"))
    today = queries.today(person.pk)
    one = queries.next_question(person.pk, queries.exam(goal.exam), today, more)
    if one is None:
        return fragment(request, "study/done.html", {"today": today, "more": queries.new_there(person.pk, goal.exam)})
    shown = {"question": asked(one), "form": form, "url": back, "today": today, "is_new": one.id not in today.due}
    return fragment(request, "study/practice.html", shown, form.status)


@page(act="house.own")
def reviewed(request: HttpRequest, ctx: Context, review: UUID) -> HttpResponse:
    """What came of one answer: right or not, why, by which source, and when it comes again."""
    person = me(ctx)
    found = queries.review(review, person.pk)
    again = queries.comes_again(found)
    return fragment(
        request,
        "study/reviewed.html",
        {
            "question": asked(queries.question(found.item), found.chosen, judged=True),
            "review": found,
            "again": again,
            "soon": again <= clock.now(),
            "next": f"{reverse('study-practice')}{'?more=1' if request.GET.get('more') == '1' else ''}",
        },
    )
