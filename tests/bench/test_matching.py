"""No generated entry is matched wrongly, and nearly all that a clerk could match are matched."""

import pytest

from bench.matching import Matching, measure_matching
from bench.matching_report import (
    MIN_RECALL,
    matching_rows,
    matching_targets,
)
from bench.purposes import NOBODY_KNOWS, Kind, make_world, write_entries

ENTRIES = 1_000
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def matching(request: pytest.FixtureRequest) -> Matching:
    return measure_matching(ENTRIES, request.param)


def test_nothing_is_matched_wrongly(matching: Matching) -> None:
    assert [one.written for one in matching.wrong] == []
    assert matching.taken > ENTRIES / 2


def test_nearly_all_that_a_clerk_could_match_are_matched(matching: Matching) -> None:
    assert matching.recall >= MIN_RECALL
    assert all(target.reached for target in matching_targets(matching))


def test_every_kind_of_purpose_occurs_and_those_nobody_can_settle_are_held(
    matching: Matching,
) -> None:
    for kind, counts in matching.kinds.items():
        assert counts.entries > 0, kind
        assert counts.held == counts.entries or kind not in NOBODY_KNOWS, kind


def test_every_entry_stands_in_the_table_once(matching: Matching) -> None:
    *rows, total = [
        [int(cell.replace(",", "")) for cell in row[1:]] for row in matching_rows(matching)
    ]
    assert [sum(column) for column in zip(*rows, strict=True)] == total
    entries, _, right, wrong, held = total
    assert right + wrong + held == entries == ENTRIES


def test_a_seed_is_always_the_same_entries_and_another_seed_is_others() -> None:
    here = make_world(1)
    same = [list(write_entries(here, 50, seed)) for seed in (1, 1, 2)]
    assert same[0] == same[1] != same[2]


def test_what_is_labelled_matchable_was_meant_for_an_invoice_and_names_one() -> None:
    some = list(write_entries(make_world(1), ENTRIES, 1))
    assert all(one.meant for one in some if one.matchable)
    assert not any(one.matchable for one in some if one.kind in NOBODY_KNOWS)
    assert {one.kind for one in some if one.matchable} > {Kind.WHOLE, Kind.SLIP, Kind.SEVERAL_SHORT}
