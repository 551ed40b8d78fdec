"""Every rule that the check of the books asks about has its words, and no word is left over."""

import re

import pytest

from db import invariants
from domain.reconciliation.acquirer_list import ListInvariant
from tests.texts.test_catalogue import LANGUAGES, messages
from texts import Language, translate
from texts.invariants import invariant_key, invariant_title

NAMES = (*invariants.NAMES, *ListInvariant)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_truth_has_its_text(language: Language) -> None:
    known = messages(language)
    missing = [
        f'texts/{language}.po needs msgid "{invariant_key(name)}" for the invariant "{name}"'
        for name in NAMES
        if invariant_key(name) not in known
    ]
    assert not missing, "\n".join(missing)


def test_no_text_is_of_a_truth_that_nobody_asks() -> None:
    texts = {key for key in messages("ru") if key.startswith("invariant.")}
    assert texts - {invariant_key(name) for name in NAMES} == set()


def test_no_two_truths_share_a_text() -> None:
    assert len({invariant_key(name) for name in NAMES}) == len(NAMES)
    titles = [invariant_title(name) for name in NAMES]
    assert len(set(titles)) == len(titles)


def test_an_operator_reads_russian_and_the_english_is_the_name_in_the_code() -> None:
    for name in NAMES:
        assert re.search("[а-яё]", invariant_title(name)), name
        assert translate(invariant_key(name), "en") == name


def test_a_truth_of_another_version_is_said_by_its_name() -> None:
    assert (
        invariant_title("an invariant of tomorrow's worker") == "an invariant of tomorrow's worker"
    )
