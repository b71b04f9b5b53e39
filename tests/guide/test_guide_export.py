"""The guide as files: every link resolves, a folder of somebody else's is left alone, all of it or nothing."""

import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from medassist.domain.delegation import rules
from medassist.interfaces.cli.commands import cli
from medassist.interfaces.web.guide import export, leaves, render
from medassist.interfaces.web.guide.words import LANGUAGES
from tests.guide.files import links, pages


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "guide"
    export.export(folder)
    return folder


def test_every_page_is_there_in_every_language_and_none_is_big(made):
    found = {str(path.relative_to(made)) for path in made.rglob("*.html")}
    assert found == {render.Files.name(path, lang) for path in leaves.every() for lang in LANGUAGES}
    assert max(path.stat().st_size for path in made.rglob("*.html")) <= 100_000


def test_every_link_and_anchor_resolves_inside_the_folder(made):
    assert links(made) > 10_000


def test_every_state_page_has_all_citation_titles_of_its_file(made):
    for code in rules.states():
        for lang in LANGUAGES:
            page = unescape((made / render.Files.name(f"states/{code}", lang)).read_text())
            assert all(source["title"] in page for source in rules.state(code).data["sources"]), (code, lang)


def test_files_need_no_server_and_style_and_letters_lie_beside_them(made):
    for path, page in pages(made).items():
        assert "<script" not in page and "<form" not in page and "/guide/ways" not in page, path
        assert 'rel="canonical"' not in page
    for css in made.rglob("*.css"):
        for url in re.findall(r'url\("([^"]+)"\)', css.read_text()):
            assert (css.parent / url).is_file(), (css, url)
    assert not (made / "sitemap.xml").exists()


def test_with_a_base_the_pages_name_their_whole_addresses(tmp_path):
    export.export(tmp_path / "g", "https://guide.example/ma/")
    page = (tmp_path / "g/es/states/US-CA.html").read_text()
    assert '<link rel="canonical" href="https://guide.example/ma/es/states/US-CA.html">' in page
    places = re.findall(r"<loc>https://guide.example/ma/([^<]+)</loc>", (tmp_path / "g/sitemap.xml").read_text())
    assert len(places) == len(leaves.every()) * len(LANGUAGES) and all(
        (tmp_path / "g" / one).is_file() for one in places
    )


def test_an_earlier_export_is_replaced_as_a_whole(tmp_path, few):
    folder = tmp_path / "g"
    export.export(folder)
    (folder / "left-over.html").write_text("old")
    export.export(folder)
    assert not (folder / "left-over.html").exists() and (folder / "index.html").is_file()
    assert [one.name for one in tmp_path.iterdir()] == ["g"]


def test_an_empty_folder_is_filled_and_a_full_one_is_left_alone(tmp_path, few):
    (tmp_path / "empty").mkdir()
    export.export(tmp_path / "empty")
    assert (tmp_path / "empty" / export.MARKER).is_file()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for name in ("mine", "file", "link"):
        with pytest.raises(export.NotOurs):
            export.export(tmp_path / name)
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_when_writing_fails_the_earlier_export_stays_as_it_was(tmp_path, few, monkeypatch):
    folder = tmp_path / "g"
    export.export(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    real, written = Path.write_bytes, []

    def full(path, content):
        written.append(path)
        if len(written) > 3:
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        export.export(folder)
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [one.name for one in tmp_path.iterdir()] == ["g"]


def test_the_command_says_what_it_wrote_or_why_it_did_not(tmp_path, few):
    run = CliRunner().invoke
    done = run(cli, ["guide", "export", str(tmp_path / "g")])
    assert done.exit_code == 0 and re.match(r"\d+ files, [\d,]+ bytes", done.output)
    (tmp_path / "x").mkdir()
    (tmp_path / "x/y").write_text("z")
    refused = run(cli, ["guide", "export", str(tmp_path / "x")])
    assert refused.exit_code == 1 and "no earlier export" in refused.output
    assert run(cli, ["guide", "export", str(tmp_path / "n"), "--base", "guide.example"]).exit_code == 2


@pytest.fixture
def few(monkeypatch):
    """A guide of three pages: what is asked here is of folders, not of pages."""
    some = {path: leaves.every()[path] for path in ("", "states", "states/US-CA")}
    monkeypatch.setattr(export.leaves, "every", lambda: some)
