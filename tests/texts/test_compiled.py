"""A compiled catalogue is kept for those who start later, and never outlives its source."""

import gettext
import io
import sys
from pathlib import Path

import pytest
from babel.messages import pofile

from texts.compiled import KEPT, compiled

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of one text, in a folder of its own."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    written = tmp_path / "ru.po"
    says(written, "Возврат")
    return written


def says(source: Path, text: str) -> None:
    source.write_text(f'{HEADER}msgid "title"\nmsgstr "{text}"\n', "utf-8")


def title(source: Path) -> str:
    return gettext.GNUTranslations(io.BytesIO(compiled(source))).gettext("title")


def kept(source: Path) -> list[Path]:
    return list((source.parent / KEPT).glob("*"))


def test_it_is_compiled_once(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert title(source) == "Возврат"
    monkeypatch.delattr(pofile, "read_po")
    assert title(source) == "Возврат"


def test_a_changed_text_is_read_and_the_older_form_goes(source: Path) -> None:
    assert title(source) == "Возврат"
    says(source, "Выплата")
    assert title(source) == "Выплата"
    assert len(kept(source)) == 1


def test_a_folder_that_cannot_be_written_to_is_no_fault(source: Path) -> None:
    (source.parent / KEPT).write_text("a file where the folder would be")
    assert title(source) == "Возврат"


def test_nothing_is_kept_where_python_keeps_nothing(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert title(source) == "Возврат"
    assert kept(source) == []


def test_a_source_with_an_error_is_refused_and_not_kept(source: Path) -> None:
    source.write_text(f'{HEADER}msgid "title\n', "utf-8")
    with pytest.raises(pofile.PoFileError):
        compiled(source)
    assert kept(source) == []
