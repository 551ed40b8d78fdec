"""Templates ask for texts that there are, and there is no text of a page that nobody asks for."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from starter.web.http.rendering import STATIC, WEB
from tests.texts.test_catalogue import messages

TEMPLATES = sorted((WEB / "templates").glob("*.html"))
ASKED = re.compile(r"\b[tn]\(\s*[\"']([a-z0-9_.]+)[\"'](\s*~)?")
IN_CODE = re.compile(r"\"(page\.[a-z0-9_.]+)(\{?)")


def asked() -> Iterator[tuple[str, bool]]:
    """Keys that templates and pages ask for; True for one that is only the beginning."""
    for file in TEMPLATES:
        for key, more in ASKED.findall(file.read_text("utf-8")):
            yield key, bool(more)
    for file in WEB.rglob("*.py"):
        for key, more in IN_CODE.findall(file.read_text("utf-8")):
            yield key, bool(more)


def test_every_text_that_a_page_asks_for_exists() -> None:
    known = set(messages("ru"))
    wanted = set(asked())
    assert len(wanted) > 100
    for key, only_begins in wanted:
        found = any(one.startswith(key) for one in known) if only_begins else key in known
        assert found, key


def test_no_text_of_a_page_is_left_over() -> None:
    wanted = set(asked())
    exact = {key for key, only_begins in wanted if not only_begins}
    beginnings = tuple(key for key, only_begins in wanted if only_begins)
    pages = {key for key in messages("ru") if key.startswith("page.")}
    assert {key for key in pages - exact if not key.startswith(beginnings)} == set()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_has_no_style_script_or_words_of_its_own(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(
        r"<script(?! type=\"module\" src=| defer src=)|<style|\sstyle=|\son[a-z]+=|hx-on|js:", text
    )
    assert not re.search("[А-Яа-яЁё]", text)
    forms = re.findall(r"<form method=\"post\"[^>]*>.*?</form>", text, re.DOTALL)
    keyed = [form for form in forms if "key_field(" in form]
    without = [form for form in forms if form not in keyed]
    ours = (
        "/login",
        "/logout",
        "/organisation",
        "/language",
        "/settings/sessions/end",
        "{{ path }}",
    )
    assert all(any(f'action="{path}' in form for path in ours) for form in without)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_icon_of_a_template_is_in_the_sprite(file: Path) -> None:
    sprite = (STATIC / "vendor" / "icons.svg").read_text("utf-8")
    for name in re.findall(r"\bicon\(\"([a-z0-9-]+)\"\)", file.read_text("utf-8")):
        assert f'id="{name}"' in sprite, name
