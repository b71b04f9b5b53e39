"""Lists of programs for tests. The rows here are made up; the columns are not."""

from datetime import date
from hashlib import sha256

import pytest

from medassist.domain.credentials import actions, inputs, queries, rules
from medassist.domain.credentials.queries import taken

DAY, LATER = date(2024, 6, 30), date(2025, 6, 30)
COMPLETIONS = "UNITID,CIPCODE,MAJORNUM,AWLEVEL,XCTOTALT,CTOTALT,XCTOTALM,CTOTALM\n"
SLOTS = "CIPCODE{0},XCIPTUI{0},CIPTUIT{0},XCIPSUP{0},CIPSUPP{0},XCIPLGT{0},CIPLGTH{0},PRGMSR{0},XMTHCMP{0},MTHCMP{0}"
CHARGES = "UNITID,PRGMOFR," + ",".join(SLOTS.format(index) for index in range(1, 7)) + ",CHG1PY3,CHG4PY3\n"
NONE = ",-2,A,.,A,.,A,.,-2,A,."
END = ",.,.\n"
"""What the largest program costs, where that is told in its own columns."""
SCORECARD = "UNITID,OPEID,OPEID6,INSTNM,CITY,STABBR,ZIP,ACCREDAGENCY,INSTURL,NPCURL\n"
FIELDS = "UNITID,OPEID6,INSTNM,CONTROL,CIPCODE,CIPDESC,CREDLEV,CREDDESC,IPEDSCOUNT1,IPEDSCOUNT2\n"
PROGRAMS = (
    "school,program,city,state,delivery,award,accreditor,length_months,hours_or_credits,tuition_usd,url,source_url,"
    "as_of,evidence,freshness,unitid,institutional_accreditor,notes\n"
)
AWARDS = COMPLETIONS + '999001,"51.0801",1,21,R,40,R,4\n999001,"51.0801",1,3,R,8,R,1\n999002,"51.0802",1,3,R,9,R,1\n'
SCHOOL = SCORECARD + "999001,1,1,Made-up College,Elmville,OH,44444,NULL,www.made-up.example,NULL\n"

DIRECTORY = "UNITID,INSTNM,CITY,STABBR,WEBADDR,ACT,DEATHYR,CLOSEDAT,CYACTIVE\n"
OPEN = DIRECTORY + '999001,"Made-up College","Elmville","OH","www.made-up.example","A ",-2,"-2",1\n'
CLOSED = OPEN.replace('"A ",-2,"-2",1', '"D ",2025,"08/25/2024",3')


def described(**parts):
    start = dict.fromkeys(PROGRAMS.strip().split(","), "") | {
        "school": "Made-up College", "program": "Medical Assistant", "city": "Elmville", "state": "OH",
        "source_url": "https://made-up.example/ma", "as_of": "2024-05-01", "evidence": "school", "freshness": "recent",
    }  # fmt: skip
    return PROGRAMS + ",".join((start | parts).values()) + "\n"


def read(layout, text, as_of=DAY):
    raw = text if isinstance(text, bytes) else text.encode()
    return rules.read_list(layout, "list.csv", raw.splitlines(keepends=True), as_of)


def told(layout, text, as_of=DAY):
    found, faults = read(layout, text, as_of)
    assert not faults
    return found


def values(found):
    return {(one.key, one.field): one.value for one in found}


def given(layout="ipeds-completions", text=AWARDS, as_of=DAY, **parts):
    found = told(layout, text, as_of)
    shown = queries.list_differences(layout, found, as_of).digest
    names = ("key", "field", "value", "url", "as_of", "line")
    rows = [{name: getattr(one, name) for name in names} for one in found]
    start = {"layout": layout, "file": "list.csv", "sha256": sha256(text.encode()).hexdigest(), "as_of": as_of}
    return inputs.TakePrograms.of(**{**start, "told": rows, "shown": shown, **parts})


def take(office, layout="ipeds-completions", text=AWARDS, as_of=DAY):
    """Take a list as the office does, by the action."""
    return actions.take_programs(office.ctx, given(layout, text, as_of))


@pytest.fixture
def fresh(monkeypatch):
    """A process that has not looked yet, before the test and after it; a slow machine is waited for."""
    monkeypatch.setattr(taken, "PATIENCE", 60.0)
    taken.memory.forget()
    yield taken.memory
    taken.memory.looking.acquire(timeout=10)  # a look under way ends first
    taken.memory.forget()
