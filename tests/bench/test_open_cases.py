"""What is told of open cases: a few are opened, and made-up levels are compared."""

from collections.abc import Sequence

import pytest

from bench.database import watched
from bench.fixture import Fixture
from bench.open_cases import CACHED, Crowd, Level, OpenCases, levels_up_to, wake
from bench.open_report import case_rows, level_table, open_targets
from bench.run import API, POSTGRES, TEMPORAL, WORKER
from tests.bench.conftest import WAITING

PROCESSES = (API, WORKER, TEMPORAL, POSTGRES)
KIB = 1024


def level(cases: int, *, each_kib: int = 10, list_ms: float = 4.0, errors: int = 0) -> Level:
    """A level at which every process takes its first MiB and so much of every case."""
    bytes_of = dict.fromkeys(PROCESSES, KIB * (KIB + each_kib * cases))
    return Level(
        cases=cases,
        opened_a_second=10.0,
        idle_ms=dict.fromkeys(PROCESSES, 1.0 + cases / 1_000),
        memory=bytes_of,
        disk=bytes_of,
        list_seconds=[list_ms / 1_000] * 20,
        errors=errors,
    )


async def test_cases_that_are_opened_wait_and_are_listed_and_can_be_woken(here: Fixture) -> None:
    async with here.api(here.stack.api_url) as api, watched(here.stack.database_url) as watch:
        crowd = Crowd(here, api, watch, idle_seconds=0.1)
        found = await crowd.grown_to(WAITING)
    assert (found.cases, len(crowd.case_ids), found.errors) == (WAITING, WAITING, 0)
    assert found.list_p95_ms > 0
    assert all(found.memory[name] > KIB for name in PROCESSES)
    assert all(found.disk[name] > KIB for name in (TEMPORAL, POSTGRES))
    before = await here.counts(crowd.case_ids)
    assert await wake(here.client, crowd.case_ids[0]) > 0
    assert await here.counts(crowd.case_ids) == before


@pytest.mark.parametrize(
    ("most", "levels"),
    [
        (50, [50]),
        (100, [100]),
        (2_000, [100, 1_000, 2_000]),
        (20_000, [100, 1_000, 10_000, 20_000]),
    ],
)
def test_levels_grow_tenfold_up_to_what_is_asked_for(most: int, levels: Sequence[int]) -> None:
    assert levels_up_to(most) == levels


def test_a_case_costs_what_lies_between_the_levels() -> None:
    found = OpenCases([level(100), level(CACHED), level(2_000)], (), ())
    assert found.memory_each(POSTGRES) == found.disk_each(TEMPORAL) == 10 * KIB
    assert found.cpu_seconds_a_day == pytest.approx(4 * 86_400 / 1_000 / 1_000)
    assert found.wake_ratio is None


def test_of_a_worker_only_cases_that_it_keeps_count() -> None:
    levels = [level(100), level(CACHED), level(2_000, each_kib=1)]
    assert OpenCases(levels, (), ()).memory_each(WORKER) == 10 * KIB


def test_what_is_missed_is_said() -> None:
    slow = level(20_000, each_kib=100, list_ms=11.0, errors=1)
    found = OpenCases([level(100), level(CACHED, each_kib=80), slow], [0.01, 0.01], [0.06, 0.06])
    assert [target.reached for target in open_targets(found)] == [False] * 4
    few = OpenCases([level(30)], (), ())
    assert len(open_targets(few)) == 2
    good = OpenCases([level(100), level(CACHED), level(20_000)], [0.01], [0.04])
    assert [target.reached for target in open_targets(good)] == [True] * 4


def test_tables_have_a_column_a_level_and_a_row_a_figure() -> None:
    found = OpenCases([level(100), level(CACHED)], (), ())
    heads, rows = level_table(found)
    assert heads == ["Open", " 100", " 1,000"]
    assert {len(row) for row in rows} == {3}
    assert {len(row) for row in case_rows(found)} == {2}
