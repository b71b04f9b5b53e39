"""The look's own files: small, as listed, and nothing written into pages that the security policy forbids."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/medassist"
UI = PACKAGE / "ui/static/ui"
EVERY_PAGE = [UI / "tokens.css", UI / "base.css"]


def own_styles() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.css") if "vendor" not in path.parts]


def templates() -> list[Path]:
    return list(PACKAGE.rglob("templates/**/*.html"))


def test_the_css_of_every_page_stays_under_80_kb_and_18_kb_gzipped():
    css = b"".join(path.read_bytes() for path in EVERY_PAGE)
    assert len(css) < 80_000
    assert len(gzip.compress(css)) < 18_000


def test_one_page_with_its_own_css_stays_under_the_same_size():
    everywhere = sum(path.stat().st_size for path in EVERY_PAGE)
    for path in own_styles():
        if path not in EVERY_PAGE:
            assert everywhere + path.stat().st_size < 80_000, path


def test_colours_are_defined_in_the_tokens_alone():
    for path in own_styles():
        if path.name != "tokens.css":
            text = re.sub(r"@media print.*", "", path.read_text(), flags=re.S)
            loose = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])", text)) - {
                "#000a",
                "#14222d66",
                "#14222d22",
                "#ffffff2a",
            }
            assert not {one for one in loose if not one[1:].isalpha()}, f"{path.name}: {loose}"


def test_vendored_files_are_as_listed():
    done = subprocess.run([sys.executable, ROOT / "scripts/vendor", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_vendored_files_name_no_registry():
    for path in [ROOT / "scripts/vendor", UI / "vendor/hashes.json", ROOT / ".npmrc"]:
        assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text()), path


def test_no_template_writes_scripts_styles_or_handlers_into_a_page():
    for path in templates():
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"<style|\sstyle=", text), path
        assert not re.search(r"\son[a-z]+=|hx-on", text), path
        assert "javascript:" not in text and "js:" not in text, path


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (UI / "icons.svg").read_text()
    for path in templates():
        text = path.read_text()
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', text) + re.findall(r'\bicon="([a-z0-9-]+)"', text):
            assert f'id="i-{name}"' in sprite, f"{path.name}: {name}"


def test_words_forbidden_on_screens_do_not_occur():
    for path in templates():
        text = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text(), flags=re.S)
        assert not re.search(r"\b(please|invalid|are you sure|oops)\b", text, re.I), path
