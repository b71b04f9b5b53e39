"""The pages of study: practice, placement, a timed examination, the class; other people's addresses."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.study import actions, inputs, queries
from medassist.domain.study.models import Answer, Membership, Part, PartEnd, Result, Review, Sitting, StudyClass
from medassist.kernel import clock
from medassist.kernel.identifiers import uuid7
from tests.access.given import given_account, signed_in
from tests.delegation.given import Office
from tests.study.given import Learner, given_questions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    return Office()


def as_(person, name):
    return signed_in(given_account(person, f"{name}@alderstreet.example"))


def form(**parts):
    return {"form_key": str(uuid7()), **parts}


def said(answer):
    return unescape(answer.content.decode())


def test_the_first_visit_asks_what_for_and_goes_on_from_there(office):
    given_questions()
    browser = as_(office.person("student", "Student"), "sami")
    page = said(browser.get("/study/"))
    assert "What do you prepare for?" in page and "NCMA (NCCT)" in page and "its mix was not" in page
    assert browser.get("/study/practice")["Location"] == "/study/"
    assert browser.post("/study/aim", form(exam="CMA-AAMA", on="2001-02-03")).status_code == 422
    assert browser.post("/study/aim", form(exam="CMA-AAMA", on="2060-02-03")).status_code == 303
    page = said(browser.get("/study/"))
    assert (
        "Feb 3, 2060" in page and "Nothing answered yet" in page and "Not enough to say anything yet: 30 more" in page
    )
    assert ("Smaller than the examination" in page) == queries.mock_of(queries.exam("CMA-AAMA"))["scaled"]


def test_practice_is_a_question_its_judgement_with_the_source_and_the_next(office):
    given_questions()
    browser = as_(office.assistant(), "ana")
    browser.post("/study/aim", form(exam="CMA-AAMA"))
    page = said(browser.get("/study/practice"))
    item = re.search(r'name="item" value="([^"]+)"', page)[1]
    one = queries.question(item)
    assert one.rationale not in page and all(text in page for text in one.options) and 'data-step="4"' in page
    judged = browser.post("/study/practice", form(item=item, chosen=one.key, unsure="true"))
    assert judged.status_code == 303 and Review.objects.get().rating == 2
    page = said(browser.get(judged["Location"]))
    assert one.rationale in page and one.source["url"] in page and "autofocus" in page and "right, your answer" in page
    assert ("Read a second time on" if one.read else "Nobody has read this question a second time yet") in page
    assert browser.post("/study/practice", form(item=item, chosen=9)).status_code == 422
    assert browser.post("/study/practice", form(item="nobody-001", chosen=1)).status_code == 404
    assert Review.objects.count() == 1


def test_a_review_of_somebody_else_is_not_there(office):
    given_questions()
    row = Learner(office, office.person("student", "Student")).answers("own-ekg-001")
    assert as_(office.assistant(), "ana").get(f"/study/reviews/{row.pk}").status_code == 404


def test_a_placement_is_walked_through_to_its_result(office):
    given_questions(each=3)
    browser = as_(office.assistant(), "ana")
    browser.post("/study/aim", form(exam="CMA-AAMA"))
    url = browser.post("/study/placements", form(exam="CMA-AAMA"))["Location"]
    for _ in range(45):
        page = said(browser.get(url))
        if "By this alone" in page:
            break
        item = re.search(r'name="item" value="([^"]+)"', page)[1]
        assert browser.post(f"{url}/answer", form(item=item, chosen=queries.question(item).key)).status_code == 303
    assert "By this alone" in page and "cannot say whether you pass" in page
    assert "Placement: CMA (AAMA)" in page and queries.question(item).rationale in page
    assert "Placement" in said(browser.get("/study/"))


def test_a_mock_examination_on_screen_with_its_clock_parts_and_result(office):
    given_questions()
    browser = as_(office.assistant(), "ana")
    browser.post("/study/aim", form(exam="CMA-AAMA"))
    url = browser.post("/study/mocks", form(exam="CMA-AAMA"))["Location"]
    one, part = Sitting.objects.get(), Part.objects.get()
    page = said(browser.get(url))
    ends = datetime.fromisoformat(re.search(r'data-ends="([^"]+)"', page)[1])
    assert abs(ends - part.due_at) < timedelta(seconds=1)
    assert 'aria-live="polite"' in page and "question 1 of" in page and "until <time" in page
    item = one.parts[0][0]
    key = queries.question(item).key
    answered = browser.post(f"{url}/answer", form(item=item, chosen=key, after="2"))
    assert answered.status_code == 303 and answered["Location"].endswith("?q=2")
    page = said(browser.get(f"{url}?q=1"))
    assert 'aria-pressed="true"' in page and queries.question(item).rationale not in page
    assert browser.post(f"{url}/answer", form(item=one.parts[1][0], chosen=0)).status_code == 409
    assert browser.post(f"{url}/end", form(number=1)).status_code == 303
    assert "Begin part 2" in said(browser.get(url))
    assert browser.post(f"{url}/begin", form(number=3)).status_code == 409
    assert browser.post(f"{url}/begin", form(number=2)).status_code == 303
    assert browser.post(f"{url}/end", form(number=2, whole="true")).status_code == 303
    page = said(browser.get(url))
    asked = sum(map(len, one.parts))
    assert f"1 of {asked} right" in page and queries.question(item).rationale in page
    assert ("This one asked" in page) == (asked < one.real)
    missed = said(browser.get(f"{url}?only=missed"))
    assert queries.question(item).stem not in missed and queries.question(one.parts[0][1]).stem in missed


def test_the_next_request_after_the_time_finds_the_part_handed_in(office):
    given_questions()
    ana = office.assistant()
    browser = as_(ana, "ana")
    one = Learner(office, ana).sits("CCMA-NHA")
    with time_machine.travel(Part.objects.get().due_at + timedelta(minutes=3)):
        browser = as_again(browser, "ana")
        late = browser.post(f"/study/sittings/{one.pk}/answer", form(item=one.parts[0][0], chosen=0))
        assert late.status_code == 409 and "time of this part is over" in said(late)
        page = said(browser.get(f"/study/sittings/{one.pk}"))
    assert "0 of" in page and PartEnd.objects.get().why == "time" and Result.objects.get().answered == 0
    assert not Answer.objects.exists()


def as_again(browser, name):
    """Hours later one signs in again."""
    from tests.access.given import sign_in

    sign_in(browser, f"{name}@alderstreet.example")
    return browser


def test_what_is_sent_twice_by_a_lost_connection_is_kept_once(office):
    given_questions()
    ana = office.assistant()
    browser, one = as_(ana, "ana"), Learner(office, ana).sits()
    sent = form(item=one.parts[0][0], chosen=2)
    for _ in range(2):
        assert browser.post(f"/study/sittings/{one.pk}/answer", sent).status_code == 303
    assert Answer.objects.count() == 1


def test_the_addresses_of_another_person_s_examination_answer_nothing(office):
    given_questions()
    one = Learner(office, office.person("student", "Student")).sits()
    browser = as_(office.manager, "maya")
    url = f"/study/sittings/{one.pk}"
    assert browser.get(url).status_code == 404
    sent = {"answer": {"item": one.parts[0][0], "chosen": 1}, "end": {"number": 1}, "begin": {"number": 2}}
    for path, given in sent.items():
        assert browser.post(f"{url}/{path}", form(**given)).status_code == 404, path
    assert not Answer.objects.exists() and not PartEnd.objects.exists()


def test_a_class_is_opened_joined_seen_and_left(office):
    given_questions()
    teacher = as_(office.manager, "maya")
    sami = office.person("student", "Student", given="Sami")
    student = as_(sami, "sami")
    assert student.post("/study/classes", form(name="Mine")).status_code == 403
    opened = teacher.post("/study/classes", form(name="Spring 2027"))
    group = StudyClass.objects.get()
    assert opened["Location"] == f"/study/classes/{group.pk}" and group.code in said(teacher.get(opened["Location"]))
    wrong = student.post("/study/classes/join", form(code="ABCDEFGH"))
    assert wrong.status_code == 422 and "No class has this code" in wrong.content.decode()
    assert student.post("/study/classes/join", form(code=group.code)).status_code == 303
    assert "Maya Lund sees how much you practiced" in said(student.get("/study/"))
    page = said(teacher.get(opened["Location"]))
    assert "Sami Student" in page and "nothing aimed at yet" in page
    csv = teacher.get(opened["Location"], headers={"Accept": "text/csv"})
    assert csv["Content-Type"].startswith("text/csv") and "Sami Student" in said(csv)
    assert student.get(opened["Location"]).status_code == 403
    doctor = as_(office.provider(), "nora")
    assert doctor.get(opened["Location"]).status_code == 404
    assert student.post(f"/study/classes/{group.pk}/leave", form()).status_code == 303
    assert "Sami Student" not in said(teacher.get(opened["Location"])) and Membership.objects.count() == 1


def test_the_home_page_takes_as_many_queries_for_many_answers_as_for_few(office):
    given_questions()
    ana = Learner(office, office.assistant())
    browser = as_(ana.person, "ana")
    ana.aims()
    ana.answers("own-ekg-001")

    def asked():
        browser.get("/study/")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/study/").status_code == 200
        return len(seen)

    few = asked()
    for name in sorted(queries.bank().items)[:20]:
        ana.answers(name)
    one = ana.sits()
    ana.hands_in(one, 1, whole=True)
    assert asked() <= few + 2 and few <= 30


def test_the_class_takes_as_many_queries_for_many_as_for_few(office):
    given_questions()
    group = actions.open_class(office.ctx, inputs.OpenClass.of(name="Spring"))
    browser = as_(office.manager, "maya")
    counts = []
    for at in range(4):
        one = Learner(office, office.person("student", f"Student{at}"))
        one.aims()
        one.answers("own-ekg-001", at=clock.now())
        actions.join(one.ctx(), inputs.JoinClass.of(code=group.code))
        with CaptureQueriesContext(connection) as seen:
            browser.get(f"/study/classes/{group.pk}")
        counts.append(len(seen))
    assert counts[-1] == counts[1]
