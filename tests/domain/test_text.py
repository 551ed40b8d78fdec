import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.roles import is_same_person
from domain.billing.bank_text import as_bank_file, fits_bank_file, in_bank_letters
from domain.text import MAX_MARKS, compared, has_control_characters, one_line, paragraphs

INVISIBLE = [
    chr(point) for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) == "Cf"
] + list("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\uffa0\ufe00\ufe0f\U000e0100")


def test_no_sign_that_shows_nothing_stays() -> None:
    assert {sign for sign in INVISIBLE if one_line(f"а{sign}б") != "аб"} == set()
    assert {sign for sign in INVISIBLE if paragraphs(f"а{sign}\nб") != "а\nб"} == set()


@pytest.mark.parametrize(
    "blank", ["\n", "\r\n", "\t", "\u00a0", "\u2028", "\u3000", "\u2800", "  "]
)
def test_white_space_of_every_kind_is_one_space(blank: str) -> None:
    assert one_line(f"{blank}ООО{blank}{blank}Ромашка{blank}") == "ООО Ромашка"


def test_lines_of_a_note_stay_lines() -> None:
    written = "\n Первая\u200b  строка \r\n\r\nвторая\u2028третья \n"
    assert paragraphs(written) == "Первая строка\n\nвторая\nтретья"


@pytest.mark.parametrize(
    "marks",
    ["\u0315\u0300", "\u0344", "\u0f73\u0315", "\u0300\uff9e", "\u0315\u200d\u0300"],
)
def test_a_letter_keeps_no_more_marks_than_can_be_put_in_order(marks: str) -> None:
    """To put a megabyte of them in order would take minutes."""
    written = "б" + marks * 20_000 + "а"
    for form in (one_line, paragraphs, compared):
        kept = form(written)
        assert len(kept) <= 1 + MAX_MARKS + 1
        assert (kept[0], kept[-1]) == ("б", "а")
        assert form(kept) == kept


@given(st.text() | st.text("аe\u0300\u0315\u0344\u0f73\uff9e\u3099\u1161\u1100 ", max_size=200))
def test_a_text_in_its_form_stays_as_it_is(text: str) -> None:
    for form in (one_line, paragraphs, compared):
        assert form(form(text)) == form(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_only_control_signs_are_left_to_refuse(text: str) -> None:
    assert not has_control_characters(paragraphs(text))
    assert has_control_characters(one_line(text + "\x07"))


@pytest.mark.parametrize(
    "other", ["Ivanova", "ivanova\u200b", "IVANOVA", "ｉvanova", "ivan\u00adova", "\u202aivanova"]
)
def test_two_spellings_of_a_login_are_one_person(other: str) -> None:
    assert is_same_person("ivanova", other)


def test_two_logins_are_two_persons() -> None:
    assert not is_same_person("ivanova", "ivanov")
    assert not is_same_person("ivanova", "іvanova")  # the first letter of this one is Ukrainian


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jürgen Müller", "Jurgen Muller"),
        ("Søren Łukasz Weiß", "Soren Lukasz Weiss"),
        ("ООО «Ёж № 1» — Йод…", "ООО «Ёж № 1» — Йод…"),
    ],
)
def test_letters_with_marks_have_bank_letters(name: str, typed: str) -> None:
    assert in_bank_letters(name) == typed
    assert fits_bank_file(as_bank_file(typed))


@pytest.mark.parametrize("text", ["Сбербанк Ω", "Ромашка 🌼", "Имя\nещё", "Ро\u00adмашка", "\x98"])
def test_what_cp1251_lacks_does_not_fit(text: str) -> None:
    assert not fits_bank_file(as_bank_file(in_bank_letters(text)))
