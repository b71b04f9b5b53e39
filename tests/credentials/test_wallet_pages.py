"""The wallet, the courses and the log on screen: own papers alone, files as they came, errors beside their fields."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from medassist.domain.credentials import actions, inputs, queries
from medassist.domain.credentials.models import Course, Credential, Document, PracticumDay, Signature, Work
from medassist.domain.credentials.queries import office_day
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry
from tests.access.given import given_account, signed_in
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n% a card"


@pytest.fixture
def office():
    made = Office()
    made.doctor, made.ma = made.provider(), made.assistant()
    return made


def as_(person, name):
    return signed_in(given_account(person, f"{name}@alderstreet.example"))


def form(**parts):
    return {"form_key": str(uuid7()), **parts}


def file(content=PDF, name="card.pdf"):
    return SimpleUploadedFile(name, content)


def days(number):
    return (office_day() + timedelta(days=number)).isoformat()


def card(**parts):
    return form(kind="cpr", name="BLS Provider", expires_on=days(25), **parts)


def test_a_card_is_handed_in_with_its_file_and_given_back_as_it_came(office):
    ana = as_(office.ma, "ana")
    assert "None on record" in ana.get("/credentials/").content.decode()
    assert ana.post("/credentials/hand-in", card(content=file())).status_code == 303
    kept = Document.objects.get()
    page = ana.get("/credentials/").content.decode()
    assert "BLS Provider" in page and "25 d left" in page and "to be verified" in page
    given = ana.get(f"/credentials/documents/{kept.pk}")
    assert given.content == PDF and given["Content-Type"] == "application/pdf"
    assert given["Content-Disposition"].startswith("attachment") and given["X-Content-Type-Options"] == "nosniff"
    maya = as_(office.manager, "maya")
    assert maya.get(f"/credentials/documents/{kept.pk}").status_code == 200
    assert "1 handed in, to be verified" in maya.get("/credentials/").content.decode()


@pytest.mark.parametrize(
    ("content", "why"), [(b"MZ a program", "no PDF, JPEG or PNG"), (PDF + b"0" * 5_000_000, "up to 5 MB can be kept")]
)
def test_a_wrong_file_keeps_nothing_by_halves_and_loses_nothing_that_was_typed(office, content, why):
    answer = as_(office.ma, "ana").post("/credentials/hand-in", card(number="4711", content=file(content)))
    page = answer.content.decode()
    assert answer.status_code == 422 and why in page and 'value="4711"' in page
    assert not Credential.objects.filter(kind="cpr").exists() and not Document.objects.exists()


def test_a_doubt_is_asked_once_and_confirmed_on_the_form(office):
    office.holds(office.ma, "RMA (AMT)", number="4711")
    ana = as_(office.ma, "ana")
    given = form(kind="certificate", name="CCMA (NHA)", number="4711")
    answer = ana.post("/credentials/hand-in", given)
    assert answer.status_code == 422 and "is on record as the number of RMA (AMT)" in answer.content.decode()
    assert ana.post("/credentials/hand-in", {**given, "confirmed": "number"}).status_code == 303
    bare = ana.post("/credentials/hand-in", form(kind="certificate", name="CCMA"))
    assert bare.status_code == 422 and "Name the issuer" in bare.content.decode()


def test_another_persons_papers_are_refused_by_their_address(office):
    other = office.person("medical-assistant", "Boateng")
    ctx = office.as_(other)
    held = actions.record(ctx, inputs.RecordCredential.of(kind="cpr", name="BLS"))
    kept = actions.keep_document(ctx, inputs.KeepDocument.of(credential=held.pk, content=PDF))
    cma = office.holds(other, "CMA (AAMA)")
    counts = [{"credential": cma.pk, "points": "2", "category": "clinical"}]
    given = inputs.RecordCourse.of(title="X", provider="Y", on=days(-1), counts=counts)
    course = actions.record_course(ctx, given)
    entry = actions.enter_work(
        ctx,
        inputs.EnterWork.of(work="ecg.perform", how="patient", on=days(0), supervisor=office.doctor.pk),
    )
    ana = as_(office.ma, "ana")
    for url in (f"documents/{kept.pk}", f"staff/{other.pk}", f"staff/{other.pk}/log", f"staff/{other.pk}/log/sheet"):
        assert ana.get(f"/credentials/{url}").status_code == 403, url
    assert ana.get(f"/credentials/courses/{course.pk}/correct").status_code == 404
    for url in (f"{held.pk}/document", f"courses/{course.pk}/document"):
        assert ana.post(f"/credentials/{url}", form(content=file())).status_code == 403, url
    assert ana.post(f"/credentials/courses/{course.pk}/take-back", form(why="Not mine")).status_code == 404
    assert ana.post(f"/credentials/log/{entry.pk}/take-back", form(why="Not mine")).status_code == 404
    assert ana.post(f"/credentials/staff/{other.pk}/log/sign", form(seen="0" * 64)).status_code == 403
    assert AuditEntry.objects.filter(action="reading.open", outcome="refused").count() >= 4
    assert (Document.objects.count(), Course.objects.count(), Work.objects.count()) == (1, 1, 1)


def test_a_course_is_recorded_for_two_certificates_and_corrected(office):
    cma = office.holds(office.ma, "CMA (AAMA)", expires_on=days(300))
    nha = office.holds(office.ma, "CCMA (NHA)", expires_on=days(300))
    ana = as_(office.ma, "ana")
    assert "60 points owed" in " ".join(ana.get("/credentials/").content.decode().split())
    rows = {one["credential"].pk: n for n, one in enumerate(queries.owed(office.ma.pk))}
    first, second = f"counts.{rows[cma.pk]}", f"counts.{rows[nha.pk]}"
    said = {"title": "Asthma", "provider": "AAMA", "on": days(-2), f"{first}.points": "10", f"{second}.points": "2"}
    answer = ana.post("/credentials/courses/new", form(**said))
    assert answer.status_code == 422 and "Tick at least one certificate" in answer.content.decode()
    ticked = {**said, f"{first}.credential": cma.pk, f"{second}.credential": nha.pk}
    answer = ana.post("/credentials/courses/new", form(**ticked))
    assert answer.status_code == 422 and "Choose a category for CMA (AAMA)" in answer.content.decode()
    right = {**ticked, f"{first}.category": "clinical", f"{first}.from_issuer": "true"}
    assert ana.post("/credentials/courses/new", form(**right)).status_code == 303
    page = " ".join(ana.get("/credentials/").content.decode().split())
    assert "10 of 60 points" in page and "50 points owed" in page and "2 of 10 points" in page
    kept = Course.objects.get()
    url = f"/credentials/courses/{kept.pk}/correct"
    shown = ana.get(url).content.decode()
    assert 'value="10"' in shown and "What was wrong before" in shown
    assert ana.post(url, form(**right)).status_code == 422
    assert ana.post(url, form(**{**right, f"{first}.points": "5"}, why="Five, not ten")).status_code == 303
    assert ana.post(f"/credentials/courses/{kept.pk}/document", form(content=file())).status_code == 404
    now = queries.courses(office.ma.pk)[0]
    assert ana.post(f"/credentials/courses/{now.pk}/document", form(content=file())).status_code == 303
    assert ana.post(f"/credentials/courses/{now.pk}/take-back", form(why="")).status_code == 422
    assert ana.post(f"/credentials/courses/{now.pk}/take-back", form(why="Not mine")).status_code == 303
    assert not queries.courses(office.ma.pk)


def test_what_missing_it_costs_stands_there_with_its_source_or_as_not_found(office):
    office.holds(office.ma, "CMA (AAMA)", expires_on=days(300))
    page = as_(office.ma, "ana").get("/credentials/").content.decode()
    source = queries.owed(office.ma.pk)[0]["owed"].price.source
    assert (
        "Reactivation fee: 50 dollars" in page
        and "Renewal fee: not found" in page
        and source.url.replace("&", "&amp;") in page
    )


def test_a_log_is_entered_corrected_signed_and_handed_out(office):
    ana, nora = as_(office.ma, "ana"), as_(office.doctor, "nora")
    page = ana.get("/credentials/log").content.decode()
    assert "Nothing is in the log yet" in page and "Dr" not in page.split("Choose who saw it")[0][-200:]
    work = {"work": "specimen.venipuncture", "count": "3", "how": "patient", "on": days(0),
            "supervisor": office.doctor.pk}  # fmt: skip
    day = {"place": "Oak Clinic", "begins": "08:00", "ends": "16:30", "pause": "30", "part": "clinical", "on": days(-1),
           "supervisor": office.doctor.pk}  # fmt: skip
    wrong = ana.post("/credentials/log/practicum", form(**{**day, "ends": "07:00"}))
    assert wrong.status_code == 422 and "end before it begins" in wrong.content.decode()
    assert ana.post("/credentials/log/work", form(**work)).status_code == 303
    assert ana.post("/credentials/log/practicum", form(**day)).status_code == 303
    kept = Work.objects.get()
    assert "Correct work" in ana.get(f"/credentials/log?correct={kept.pk}").content.decode()
    mended = form(**{**work, "count": "2"}, replaces=kept.pk, why="Two, not three")
    assert ana.post("/credentials/log/work", mended).status_code == 303
    assert f"/credentials/staff/{office.ma.pk}/log" in nora.get("/credentials/").content.decode()
    url = f"/credentials/staff/{office.ma.pk}/log"
    page = nora.get(url).content.decode()
    seen = page.split('name="seen" value="')[1][:64]
    assert "You sign exactly these 2 lines" in page and "Enter work" not in page
    assert nora.post(f"{url}/sign", form(seen="0" * 64)).status_code == 409
    assert nora.post(f"{url}/sign", form(seen=seen)).status_code == 303
    assert Signature.objects.get().sha256 == seen and seen in nora.get(url).content.decode()
    table = ana.get("/credentials/log", headers={"accept": "text/csv"}).content.decode().splitlines()
    assert table[0].startswith("Date,What,Act,Times") and len(table) == 3 and "Nora Hale" in table[1]
    sheet = ana.get(f"{url}/sheet")
    assert sheet.content.startswith(b"%PDF-") and PracticumDay.objects.count() == 1


def test_the_log_shows_what_california_and_the_certifications_ask_each_with_its_source(office):
    office.signs_off(office.doctor, office.ma, "injection.intramuscular", 10, 8)
    page = " ".join(as_(office.ma, "ana").get("/credentials/log").content.decode().split())
    row = page.split("Injection into the muscle")[1].split("</tr>")[0]
    assert "California" in page and ">10 <span" in row and ">8<" in row.replace("</svg>", ">").replace(" ", "")
    for one in queries.towards(office.ma.pk, office_day()):
        assert one["requirement"].source.url.replace("&", "&amp;") in page


def test_the_wallet_takes_a_bounded_number_of_queries(office, django_assert_max_num_queries):
    ana = as_(office.ma, "ana")
    for number in range(6):
        office.holds(office.ma, "BLS Provider", kind="cpr", number=str(number), expires_on=days(25 + number),
                     confirmed=["issued_on"])  # fmt: skip
    ana.get("/credentials/")
    with django_assert_max_num_queries(25):
        ana.get("/credentials/")
    with django_assert_max_num_queries(25):
        ana.get("/credentials/log")


def test_the_day_sheet_says_what_ends_the_day_before():
    office = Office("US-AZ", "America/Phoenix")
    doctor, ma = office.provider(), office.assistant()
    office.policy("injection.intramuscular", by=doctor)
    office.holds(ma, "CMA (AAMA)", expires_on=days(10))
    browser = as_(doctor, "nora")
    before = browser.get(f"/scheduling/?on={days(10)}").content.decode()
    after = browser.get(f"/scheduling/?on={days(11)}").content.decode()
    assert "may not:" not in before
    assert "Ana Reyes may not:" in after and "Injection into the muscle" in after and "CMA (AAMA) ends" in after


def test_who_verified_a_card_where_and_why_it_was_ended_stand_beside_it(office):
    held = office.holds(office.ma, "RMA (AMT)", expires_on=days(300))
    ana, maya = as_(office.ma, "ana"), as_(office.manager, "maya")
    for page in (ana.get("/credentials/"), maya.get(f"/credentials/staff/{office.ma.pk}")):
        assert "by Maya Lund: the issuer&#x27;s register" in page.content.decode()
    answer = maya.post(f"/credentials/{held.pk}/revoke", form(reason="Left the register"))
    assert answer.status_code == 303 and "by Maya Lund: Left the register" in ana.get("/credentials/").content.decode()


def test_a_card_is_taken_back_on_the_page_and_stays_in_sight(office):
    ana = as_(office.ma, "ana")
    ana.post("/credentials/hand-in", card())
    url = f"/credentials/{Credential.objects.get(kind='cpr').pk}/take-back"
    assert url in ana.get("/credentials/").content.decode()
    assert as_(office.manager, "maya").post(url, form(why="Not hers")).status_code == 404
    assert ana.post(url, form(why="")).status_code == 422
    assert ana.post(url, form(why="Of my sister")).status_code == 303
    page = ana.get("/credentials/").content.decode()
    assert "taken back" in page and "Of my sister" in page and url not in page


def test_a_manager_sees_what_a_person_owes_and_the_acts_by_their_names(office):
    office.holds(office.ma, "CMA (AAMA)", expires_on=days(300))
    office.signs_off(office.doctor, office.ma, "specimen.capillary")
    page = " ".join(as_(office.manager, "maya").get(f"/credentials/staff/{office.ma.pk}").content.decode().split())
    assert "60 points owed" in page and "Reactivation fee: 50 dollars" in page
    mine = as_(office.ma, "ana").get("/credentials/").content.decode()
    for shown in (page, mine):
        assert "Finger or heel stick" in shown and "specimen.capillary" not in shown


def test_a_signed_line_that_is_taken_back_stays_in_sight_struck_through_with_who_and_why(office):
    ana, nora = as_(office.ma, "ana"), as_(office.doctor, "nora")
    work = {"work": "specimen.venipuncture", "count": "3", "how": "patient", "on": days(0),
            "supervisor": office.doctor.pk}  # fmt: skip
    url = f"/credentials/staff/{office.ma.pk}/log"
    ana.post("/credentials/log/work", form(**work))
    nora.post(f"{url}/sign", form(seen=nora.get(url).content.decode().split('name="seen" value="')[1][:64]))
    kept = Work.objects.get()
    assert ana.post(f"/credentials/log/{kept.pk}/take-back", form(why="It was another day")).status_code == 303
    for page in (ana.get("/credentials/log").content.decode(), nora.get(url).content.decode()):
        assert "<s>Venipuncture</s>" in page and "Taken back by Ana Reyes" in page and "It was another day" in page
        assert f"?correct={kept.pk}" not in page and "was signed by Nora Hale" in page
    table = ana.get("/credentials/log", headers={"accept": "text/csv"}).content.decode()
    assert "It was another day" in table and ana.get(f"{url}/sheet").content.startswith(b"%PDF-")
    assert queries.done_by_act(office.ma.pk) == {}, "it counts no more"
    unsigned = ana.post("/credentials/log/work", form(**work))
    assert unsigned.status_code == 303
    again = Work.objects.latest("id")
    ana.post(f"/credentials/log/{again.pk}/take-back", form(why="Twice the same"))
    assert "Twice the same" not in ana.get("/credentials/log").content.decode(), "nobody had signed it"
