"""What unpaid orders, disputes and returns cost: counted once each; what is missed is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bench.batches import Batch, Measured
from bench.fixture import Fixture
from bench.history import Counts
from bench.run import API, POSTGRES, TEMPORAL, WORKER
from bench.unpaid import dossier
from bench.unpaid.cases import Unpaid, registered
from bench.unpaid.dossier import DossierFigures, measure_dossier
from bench.unpaid.measure import UnpaidFigures, Work
from bench.unpaid.report import (
    MAX_ACTIONS,
    MAX_EVENTS,
    MAX_PEAK_MIB,
    MAX_RETURN_ACTIONS,
    MAX_RETURN_EVENTS,
    MIB,
    case_rows,
    dossier_rows,
    unpaid_targets,
)
from domain.calendar.bank_calendar import moscow_date
from simulation.sandboxes import Acquirer

FEW = 4


async def test_a_collection_a_dispute_and_a_return_cost_no_more_than_their_bounds(
    here: Fixture,
) -> None:
    today = moscow_date(datetime.now(UTC))
    async with here.api(here.stack.api_url) as api, Acquirer(here.stack.acquirer_url) as acquirer:
        orders = await registered(api, acquirer, today, debts=2, paid=1, goods=1)
        unpaid = Unpaid(orders, api, here.cases)
        plays = {
            Work.COLLECTION: unpaid.collection,
            Work.LOOKED_FOR: unpaid.looked_for,
            Work.DISPUTE: unpaid.dispute,
        }
        for work, play in plays.items():
            counts = await here.counts(await play())
            assert 0 < counts.events <= MAX_EVENTS[work], (work, counts)
            assert 0 < counts.actions <= MAX_ACTIONS[work], (work, counts)
        counts = await here.counts(await unpaid.goods_return())
    assert 0 < counts.events <= MAX_RETURN_EVENTS, counts
    assert 0 < counts.actions <= MAX_RETURN_ACTIONS, counts


async def test_a_dossier_holds_a_few_pieces_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier, "PAPERS", FEW)
    found = await measure_dossier()
    assert found.archive_bytes > FEW * dossier.EACH
    assert found.seconds > 0
    assert 0 < found.peak_bytes < MAX_PEAK_MIB * MIB


def batch(per_second: float) -> Batch:
    return Batch(10, 10 / per_second, dict.fromkeys((API, WORKER, TEMPORAL, POSTGRES), 10.0))


SPEEDS = {Work.NO_OP: 40.0, Work.COLLECTION: 8.0, Work.LOOKED_FOR: 6.0, Work.DISPUTE: 5.0}
FOUND = UnpaidFigures(
    Measured({work: [batch(speed)] for work, speed in SPEEDS.items()}, {}),
    {work: Counts(events=MAX_EVENTS[work], actions=MAX_ACTIONS[work]) for work in MAX_EVENTS},
    DossierFigures(1.5, 105 * MIB, MAX_PEAK_MIB * MIB),
)


def test_what_is_missed_is_said() -> None:
    assert {target.reached for target in unpaid_targets(FOUND)} == {True}
    slow = {work: [batch(min(speed, 3.9))] for work, speed in SPEEDS.items()}
    missed = replace(
        FOUND,
        measured=Measured({**slow, Work.NO_OP: [batch(40.0)]}, {}),
        counts={
            work: Counts(events=MAX_EVENTS[work] + 1, actions=MAX_ACTIONS[work] + 1)
            for work in MAX_EVENTS
        },
        dossier=DossierFigures(1.5, 105 * MIB, (MAX_PEAK_MIB + 1) * MIB),
    )
    assert {target.reached for target in unpaid_targets(missed)} == {False}


def test_tables_have_a_column_a_kind() -> None:
    assert {len(row) for row in case_rows(FOUND)} == {1 + len(Work)}
    assert case_rows(FOUND)[-1] == ["… ÷ no-ops a second", "1.000", "0.200", "0.150", "0.125"]
    assert dossier_rows(FOUND)[1] == ["archive, MiB", "105"]
