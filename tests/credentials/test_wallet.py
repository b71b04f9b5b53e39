"""The wallet: what is handed in, documents, continuing education, reminders; done, refused, impossible, sent twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import InternalError, ProgrammingError, transaction

from medassist.domain.credentials import actions, inputs, queries, rules
from medassist.domain.credentials.models import Course, Credential, Document
from medassist.kernel import guard
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.models import AuditEntry, Event
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n% a certificate"
TODAY = queries.office_day
SHOT = "injection.intramuscular"


@pytest.fixture
def office():
    made = Office()
    made.ma = made.assistant()
    return made


def days(number):
    return TODAY() + timedelta(days=number)


def hand_in(ctx, **parts):
    """Record something of one's own."""
    start = {"kind": "cpr", "name": "BLS Provider", "issuer": "American Heart Association", "expires_on": days(25)}
    return actions.record(ctx, inputs.RecordCredential.of(**{**start, **parts}))


def keep(ctx, **parts):
    return actions.keep_document(ctx, inputs.KeepDocument.of(**{"content": PDF, **parts}))


def course(ctx, *counts, **parts):
    start = {"title": "Asthma update", "provider": "AAMA", "on": days(-3), "counts": list(counts)}
    return actions.record_course(ctx, inputs.RecordCourse.of(**{**start, **parts}))


def last(action):
    return AuditEntry.objects.filter(action=action).order_by("-id").first().outcome


# keys that carry the issuer


@pytest.mark.parametrize(
    ("name", "issuer", "code"),
    [
        ("CCMA (NHA)", "", "CCMA-NHA"),
        ("CCMA", "National Healthcareer Association", "CCMA-NHA"),
        ("CCMA-A", "CCBMA", "CCMA-CCBMA"),
        ("NCMA", "NCCT", "NCMA-NCCT"),
        ("CMA (AAMA)", "AAMA", "CMA-AAMA"),
        ("MA-C", "", "WA-MA-C"),
        ("CPT", "", ""),
        ("Phlebotomist of the year", "", ""),
    ],
)
def test_a_certificate_has_the_key_of_its_issuer_or_none(name, issuer, code):
    assert rules.code_of(name, issuer, rules.book()) == (code, "")


@pytest.mark.parametrize(
    ("name", "issuer", "why"),
    [
        ("CCMA", "", "Name the issuer: CCMA is given by NHA or CCBMA."),
        ("NCMA", "", "Name the issuer: NCMA is given by NCCT; National Certification Medical Association"),
        ("CCMA", "AMT", "CCMA is given by NHA or CCBMA, not by AMT."),
        ("CMA (AAMA)", "NHA", "CMA is given by AAMA, not by NHA."),
        ("NCMA", "National Certification Medical Association", "NCMA is given by NCCT, not by National Certification"),
    ],
)
def test_an_abbreviation_of_two_bodies_needs_its_issuer_and_another_body_is_told(name, issuer, why):
    with pytest.raises(Invalid) as no:
        inputs.RecordCredential.of(kind="certificate", name=name, issuer=issuer)
    assert no.value.faults["issuer"][0].startswith(why)


# handing in


def test_what_one_hands_in_waits_for_the_manager_and_counts_by_what_was_read_of_it_alone(office):
    kept = hand_in(office.as_(office.ma), counts_as=["current CPR"])
    assert kept.staff == office.ma and not queries.wallet(office.ma.pk)[0]["good"]
    with pytest.raises(Refused):
        actions.verify(office.as_(office.ma), inputs.VerifyCredential.of(credential=kept.pk, source="the card"))
    actions.verify(office.ctx, inputs.VerifyCredential.of(credential=kept.pk, source="the card, and heart.org"))
    names = [name for name, *_ in queries.standing_of([office.ma.pk])[office.ma.pk]["credentials"]]
    assert queries.wallet(office.ma.pk)[0]["good"] and names == ["current CPR"]
    assert Event.objects.filter(name="credentials.recorded").count() == 1 and last("credentials.record") == "done"


def test_nobody_hands_in_for_another_person_and_a_device_hands_in_nothing(office):
    with pytest.raises(Refused):
        hand_in(office.as_(office.ma), staff=office.manager.pk)
    with pytest.raises(Refused):
        hand_in(system_context())
    assert last("credentials.record") == "refused" and not Credential.objects.exists()


def test_days_that_are_reversed_or_that_the_same_one_covers_already_are_told(office):
    with pytest.raises(Invalid) as no:
        hand_in(office.as_(office.ma), issued_on=days(30))
    assert no.value.faults == {"expires_on": ["It would end before it begins."]}
    hand_in(office.as_(office.ma), number="77", issued_on=days(-300), expires_on=days(60))
    with pytest.raises(Invalid) as no:
        hand_in(office.as_(office.ma), number="77", issued_on=days(-20), expires_on=days(60))
    assert "these days overlap and end no later" in no.value.faults["issued_on"][0]
    early = {"number": "77", "issued_on": days(60), "expires_on": days(400)}
    with pytest.raises(Invalid) as no:
        hand_in(office.as_(office.ma), **early)
    assert "Was it renewed before its end?" in no.value.doubts["issued_on"][0]
    hand_in(office.as_(office.ma), **early, confirmed=["issued_on"])
    hand_in(office.as_(office.ma), number="78", issued_on=days(401), expires_on=days(700))
    assert Credential.objects.count() == 3


def test_the_number_of_another_issuers_certificate_is_asked_about_once(office):
    office.holds(office.ma, "RMA (AMT)", number="4711")
    with pytest.raises(Invalid) as no:
        office.holds(office.ma, "CCMA (NHA)", number="4711")
    assert "RMA (AMT)" in no.value.doubts["number"][0] and Credential.objects.count() == 1
    office.holds(office.ma, "CCMA (NHA)", number="4711", confirmed=["number"])
    assert Credential.objects.count() == 2


# taking back


def take_back(ctx, card, why="It was another one"):
    return actions.take_back(ctx, inputs.TakeBackCredential.of(credential=card.pk, why=why))


def test_a_card_handed_in_by_mistake_is_taken_back_once_and_bars_no_right_one(office):
    own = office.as_(office.ma, key="k")
    card = hand_in(office.as_(office.ma))
    assert take_back(own, card).pk == take_back(own, card).pk
    assert [row["credential"].void for row in queries.wallet(office.ma.pk)] == [True] and last(
        "credentials.take_back"
    ) == "done"
    assert Event.objects.filter(name="credentials.taken_back").count() == 1
    assert not queries.owed(office.ma.pk) and not queries.running(TODAY()).exists()
    with pytest.raises(Conflict):
        take_back(office.as_(office.ma), card)
    with pytest.raises(Conflict):
        actions.verify(office.ctx, inputs.VerifyCredential.of(credential=card.pk, source="the card"))
    assert hand_in(office.as_(office.ma), expires_on=days(700)).expires_on == days(700)


def test_only_ones_own_card_that_nobody_verified_is_taken_back(office):
    card, other = hand_in(office.as_(office.ma)), office.person("medical-assistant", "Boateng")
    for who in (other, office.manager):
        with pytest.raises(Missing):
            take_back(office.as_(who), card)
    with pytest.raises(Refused):
        take_back(system_context(), card)
    with pytest.raises(Invalid):
        inputs.TakeBackCredential.of(credential=card.pk, why="")
    actions.verify(office.ctx, inputs.VerifyCredential.of(credential=card.pk, source="the card"))
    with pytest.raises(Conflict) as no:
        take_back(office.as_(office.ma), card)
    assert "a manager ends it" in str(no.value) and not Credential.objects.filter(void=True).exists()


# documents


def test_a_document_is_kept_with_its_hash_and_kind_and_never_changed(office):
    card, ctx = hand_in(office.as_(office.ma)), office.as_(office.ma, key="k")
    kept = keep(ctx, credential=card.pk)
    assert keep(ctx, credential=card.pk).pk == kept.pk and Document.objects.count() == 1
    assert (kept.media_type, kept.size, bytes(kept.content)) == ("application/pdf", len(PDF), PDF)
    assert len(kept.sha256) == 64 and Event.objects.filter(name="credentials.document_kept").count() == 1
    with pytest.raises(Conflict):
        keep(office.as_(office.ma), credential=card.pk)
    with pytest.raises((InternalError, ProgrammingError)), guard.open_house("test"), transaction.atomic():
        Document.objects.update(size=1)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Choose a file; this one is empty."),
        (b"MZ\x90 a program", "This file is no PDF, JPEG or PNG."),
        (b"<html>%PDF-", "This file is no PDF, JPEG or PNG."),
        (PDF + b"0" * rules.LARGEST, "The file has 5.0 MB; up to 5 MB can be kept."),
    ],
)
def test_a_file_that_cannot_be_kept_is_told_why(content, why):
    with pytest.raises(Invalid) as no:
        inputs.KeepDocument.of(credential="00000000-0000-7000-8000-000000000009", content=content)
    assert no.value.faults == {"content": [why]}


def test_nobody_puts_a_file_to_what_is_not_theirs(office):
    other = hand_in(office.as_(office.person("medical-assistant", "Boateng")))
    with pytest.raises(Missing):
        keep(office.as_(office.ma), credential=other.pk)
    with pytest.raises(Refused):
        keep(office.as_(office.ma), credential=other.pk, staff=other.staff_id)
    with pytest.raises(Missing):
        keep(office.ctx, credential=other.pk, staff=office.ma.pk)
    assert keep(office.ctx, credential=other.pk, staff=other.staff_id).staff_id == other.staff_id


# continuing education


def test_one_course_counts_for_several_certificates_each_in_its_issuers_category(office):
    cma = office.holds(office.ma, "CMA (AAMA)", issued_on=days(-1500), expires_on=days(300))
    nha = office.holds(office.ma, "CCMA (NHA)", issued_on=days(-400), expires_on=days(330))
    ctx = office.as_(office.ma, key="k")
    both = (
        {"credential": cma.pk, "points": "4", "category": "clinical", "from_issuer": True},
        {"credential": nha.pk, "points": "3.5"},
    )
    assert course(ctx, *both).pk == course(ctx, *both).pk and Course.objects.count() == 1
    found = {one["certification"].code: one["owed"] for one in queries.owed(office.ma.pk)}
    first, second = found["CMA-AAMA"], found["CCMA-NHA"]
    assert (first.total.have, first.total.want, first.left) == (4, 60, 56)
    assert {share.name: share.have for share in first.shares} == {
        "administrative": 0, "clinical": 4, "general": 0, rules.BY_ISSUER: 4,
    }  # fmt: skip
    assert (second.total.have, second.total.want, second.left) == (Decimal("3.5"), 10, Decimal("6.5"))
    assert first.terms.source.url and first.until == days(300)
    assert Event.objects.filter(name="credentials.course_recorded").count() == 1


def test_a_course_that_cannot_count_so_is_told(office):
    cma = office.holds(office.ma, "CMA (AAMA)", expires_on=days(300))
    card, own = hand_in(office.as_(office.ma)), office.as_(office.ma)
    other = office.holds(office.person("medical-assistant", "Boateng"), "CMA (AAMA)", expires_on=days(300))
    wrong = [
        ({"credential": cma.pk, "points": "4"}, {}, "Choose a category for CMA (AAMA)"),
        ({"credential": cma.pk, "points": "4", "category": "basic"}, {}, "counts in one of administrative, clinical"),
        ({"credential": card.pk, "points": "4"}, {}, "Nothing is known of continuing education for BLS Provider"),
        ({"credential": cma.pk, "points": "4", "category": "clinical"}, {"on": days(2)}, "not there yet"),
        ({"credential": cma.pk, "points": "4", "category": "clinical"}, {"on": date(1900, 1, 1)}, "before 1940"),
    ]
    for counts, parts, why in wrong:
        with pytest.raises(Invalid) as no:
            course(own, counts, **parts)
        assert why in str(no.value)
    with pytest.raises(Missing):
        course(own, {"credential": other.pk, "points": "4", "category": "clinical"})
    for counts in ([], [{"credential": cma.pk, "points": "0"}], [{"credential": cma.pk, "points": "1"}] * 2):
        with pytest.raises(Invalid):
            inputs.RecordCourse.of(title="X", provider="Y", on=days(-1), counts=counts)
    with pytest.raises(Refused):
        course(system_context(), {"credential": cma.pk, "points": "4", "category": "clinical"})
    assert not Course.objects.exists() and last("credentials.record_course") == "refused"


def test_a_course_is_corrected_by_another_row_and_taken_back_with_a_reason(office):
    cma = office.holds(office.ma, "CMA (AAMA)", expires_on=days(300))
    own, count = office.as_(office.ma), {"credential": cma.pk, "points": "4", "category": "clinical"}
    first = course(own, count)
    with pytest.raises(Invalid):
        course(own, count, replaces=first.pk)
    second = course(own, {**count, "points": "2"}, replaces=first.pk, why="Two hours, not four")
    assert [one.pk for one in queries.courses(office.ma.pk)] == [second.pk]
    assert queries.owed(office.ma.pk)[0]["owed"].total.have == 2
    with pytest.raises(Missing):
        course(own, count, replaces=first.pk, why="Again")
    stranger = office.as_(office.person("medical-assistant", "Boateng"))
    with pytest.raises(Missing):
        actions.take_back_course(stranger, inputs.TakeBackCourse.of(course=second.pk, why="Not mine"))
    key = office.as_(office.ma, key="k")
    given = inputs.TakeBackCourse.of(course=second.pk, why="It was somebody else's")
    assert actions.take_back_course(key, given).pk == actions.take_back_course(key, given).pk
    assert not queries.courses(office.ma.pk) and Course.objects.count() == 3
    assert Event.objects.filter(name="credentials.course_taken_back").count() == 1


def test_courses_before_the_cycle_do_not_count_and_what_was_not_found_is_said_so():
    book, end = rules.book().credentials, date(2027, 6, 30)
    credits = [rules.Counted(date(2025, 6, 30), Decimal(9)), rules.Counted(date(2025, 7, 1), Decimal(4))]
    owed = rules.owed(book["CCMA-NHA"], "CCMA (NHA)", None, end, credits)
    assert owed.since == date(2025, 7, 1) and owed.total.have == 4 and owed.left == 6
    nothing = rules.owed(book["NRCMA-NAHP"], "NRCMA", None, end, credits)
    assert nothing.total is None and nothing.left is None
    assert nothing.price.unknown == ("Renewal fee", "Examination fee again") and not nothing.price.parts


def test_the_price_of_missing_it_is_what_the_data_says_and_no_claim_that_it_calls_no_fact():
    book, end = rules.book().credentials, date(2027, 6, 30)
    aama = rules.price_of(book["CMA-AAMA"], end)
    assert ("Reactivation fee", 50) in [(part.what, part.usd) for part in aama.parts]
    assert "Renewal fee" in aama.unknown and aama.last_day == end + timedelta(days=90)
    board = rules.price_of(book["CCMA-CCBMA"], end)
    assert {("Renewal fee", 200), ("Reactivation fee", 75)} <= {(part.what, part.usd) for part in board.parts}
    assert board.last_day == date(2028, 6, 30) and "retest" in board.lapse
    assert all(part.source and part.source.url for one in book.values() for part in rules.price_of(one, end).parts)


def test_the_california_boards_certificates_have_categories_of_their_own():
    board = rules.book().credentials["CCMA-CCBMA"]
    assert rules.categories_of(board, "CCMA-A") == ("basic", "administrative")
    assert rules.categories_of(board, "CCMA-AC (CCBMA)") == ("basic", "administrative", "clinical")
    assert rules.categories_of(board, "CCMA") == ()
