"""Names of files are data: cleaned, refused where they deceive, given out by what the file is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.file.kind import FileKind, FileProblem
from domain.file.name import MAX_NAME_LENGTH, judged_name, name_as
from domain.text import one_line


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Акт сверки от 01.12.2026.pdf", "Акт сверки от 01.12.2026.pdf"),
        ("C:\\Users\\Мария\\скан.jpg", "скан.jpg"),
        ("../../etc/passwd", "passwd"),
        ("  a \u00ad  b.txt ", "a b.txt"),
        ("счёт kopeyka.com.pdf", "счёт kopeyka.com.pdf"),
        ("<script>'\";%.pdf", "<script>'\";%.pdf"),
        ("x" * MAX_NAME_LENGTH, "x" * MAX_NAME_LENGTH),
    ],
)
def test_a_name_is_kept_without_its_folders(written: str, name: str) -> None:
    assert judged_name(written) == name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "file_name_missing"),
        ("...", "file_name_missing"),
        ("folder/", "file_name_missing"),
        ("Счёт\u202efdp.exe", "file_name_hidden"),
        ("act\u2067fdp.txt", "file_name_hidden"),
        ("act.pdf\0.exe", "file_name_hidden"),
        ("act\r\nX-Header: 1.pdf", "file_name_hidden"),
        ("act\ud800.pdf", "file_name_hidden"),
        ("act.pdf.exe", "file_name_program"),
        ("act.exe.pdf", "file_name_program"),
        ("act.HTML", "file_name_program"),
        ("x" * (MAX_NAME_LENGTH + 1), "file_name_too_long"),
    ],
)
def test_a_name_that_deceives_is_refused(written: str, code: str) -> None:
    found = judged_name(written)
    assert isinstance(found, FileProblem)
    assert found.code == code


@pytest.mark.parametrize(
    ("name", "kind", "given_out"),
    [
        ("скан.PDF", FileKind.PDF, "скан.PDF"),
        ("скан.jpeg", FileKind.JPEG, "скан.jpeg"),
        ("скан.pdf", FileKind.PNG, "скан.pdf.png"),
        ("выписка.csv", FileKind.TEXT, "выписка.csv"),
        ("выписка", FileKind.TEXT, "выписка.txt"),
    ],
)
def test_a_file_is_given_out_with_the_extension_of_what_it_is(
    name: str, kind: FileKind, given_out: str
) -> None:
    assert name_as(name, kind) == given_out


@given(st.text(alphabet=st.characters(), max_size=300))
def test_whatever_is_kept_can_be_stored_and_shown(written: str) -> None:
    name = judged_name(written)
    if isinstance(name, str):
        assert name == one_line(name)
        assert 0 < len(name) <= MAX_NAME_LENGTH
