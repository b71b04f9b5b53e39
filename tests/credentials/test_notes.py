"""What readers are shown of the files: nothing for builders, no ids, and all the rest as it is."""

import json

import pytest

from medassist.domain.credentials import rules
from medassist.domain.credentials.rules import notes

NAMES = ("certifications.json", "accreditors.json", "occupation.json")
LEFT_OUT = json.loads((rules.DATA / notes.NOTES).read_bytes())["left_out"]


def file(name):
    return json.loads((rules.DATA / name).read_bytes())


def texts(raw, path=""):
    """Every text that can be shown, with its path; ids and codes are looked up, not shown."""
    if isinstance(raw, dict):
        for key, one in raw.items():
            if key not in ("id", "code", "url", "source") and not key.endswith(("_source", "_sources")):
                yield from texts(one, f"{path}/{key}")
    elif isinstance(raw, list):
        for at, one in enumerate(raw):
            yield from texts(one, f"{path}/{one.get('code', at) if isinstance(one, dict) else at}")
    elif isinstance(raw, str) and not path.rpartition("/sources/")[1]:
        yield path.lstrip("/"), raw


@pytest.mark.parametrize("one", LEFT_OUT, ids=lambda one: one["path"])
def test_what_is_left_out_is_there_and_says_why(one):
    said = dict(texts(file(one["file"])))[one["path"]]
    assert one["why"] and all(words in said for words in one["words"])


@pytest.mark.parametrize("name", NAMES)
def test_a_file_as_readers_see_it_names_no_source_by_its_id_and_says_all_the_rest_as_it_does(name):
    raw, seen = file(name), rules.document(name).raw
    left_out = {one["path"] for one in LEFT_OUT if one["file"] == name}
    ids = notes.ids_of(dict.fromkeys(one["id"] for one in raw["sources"]))
    before, after = dict(texts(raw)), dict(texts(seen))
    assert before.keys() == after.keys()
    for path, said in after.items():
        assert not ids.search(said), (path, said)
        assert said == before[path] or path in left_out or ids.search(before[path]), path


def test_an_id_becomes_the_address_of_its_page_and_one_before_a_rule_stands_behind_it():
    raw = {"sources": [{"id": "ab", "url": "https://ab.org/1"}, {"id": "ab-c", "url": "https://c.org"}],
           "note": "ab-c and ab differ; see ab.org, xab, ab-d", "rule": "ab: wait", "more_source": "ab (see ab-c)",
           "source": "ab", "list_sources": ["ab"]}  # fmt: skip
    seen = notes.for_readers("x.json", raw, b'{"left_out": []}')
    assert seen["note"] == "https://c.org and https://ab.org/1 differ; see ab.org, xab, ab-d"
    assert seen["rule"] == "wait (https://ab.org/1)" and seen["more_source"] == "ab (see https://c.org)"
    assert (seen["source"], seen["list_sources"], seen["sources"]) == ("ab", ["ab"], raw["sources"])


def test_what_a_file_says_not_to_show_as_fact_is_a_claim_and_no_price():
    for one in rules.book().credentials.values():
        for path, said in texts(one.raw):
            assert "show as fact" not in said, path
    claims = [path for path, said in texts(file("certifications.json")) if "do not show as fact" in said]
    assert claims and all("/claims/" in path for path in claims)
