"""The stories of unpaid orders are those that the product's own rules tell."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest

from demo.stories import debtor, missed
from domain.access.roles import Role
from domain.case.transition import Transition
from domain.collection import notices, transitions
from domain.collection.collection import COLLECTION_MOVES, CollectionChange, CollectionStatus
from domain.collection.policy import Tone
from domain.notification.notification import Notice
from tests.domain.collection.unpaid import (
    AT,
    CASE,
    NOTHING,
    POLICY,
    SUM,
    S,
    in_status,
    owing,
)

PAID = owing(paid_kopecks=SUM)


@pytest.mark.parametrize("path", [missed.PATH, debtor.PATH], ids=["missed", "debtor"])
def test_a_storys_path_is_made_of_allowed_moves_and_ends_with_the_money(
    path: Sequence[CollectionStatus],
) -> None:
    assert (path[0], path[-1]) == (S.DUE, S.PAID)
    assert [
        after for before, after in pairwise(path) if after not in COLLECTION_MOVES[before]
    ] == []


def test_money_that_a_look_finds_before_any_letter_is_told_to_operators_alone() -> None:
    change = CollectionChange(CASE.id, 2, AT, "system", look=NOTHING)
    found = transitions.advance(in_status(S.DUE, rung=0), change, PAID)
    assert told(found) == Counter(missed.LETTERS)


def test_the_debtors_letters_are_the_policys_ladder_and_thanks_for_the_money() -> None:
    assert tuple(rung.tone for rung in POLICY.ladder) == debtor.TONES
    ladder = [notices.letter(tone) for tone in Tone]
    change = CollectionChange(CASE.id, 9, AT, "system")
    thanks = told(transitions.recheck(in_status(S.CLAIM_SENT), change, PAID))
    right = Counter(map(_pair, ladder)) + thanks
    assert Counter((Role.CLIENT, template) for template in debtor.LETTERS) == right


def test_the_debtor_pays_within_the_claims_days_and_is_small_enough_for_a_claim() -> None:
    assert debtor.PAYS_AFTER.days == 29
    assert POLICY.legal_from_kopecks > debtor.SUM_KOPECKS


def told(transition: object) -> Counter[tuple[Role, str]]:
    """Whom a change tells what."""
    assert isinstance(transition, Transition)
    return Counter(map(_pair, transition.notices))


def _pair(notice: Notice) -> tuple[Role, str]:
    return notice.role, notice.template
