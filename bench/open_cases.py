"""Cases that wait for their clients: what they cost while nothing happens, how fast a client's list
is among them, and what it takes to wake one.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Final

import psutil
import psycopg
from temporalio.client import Client, WorkflowUpdateFailedError

from bench.database import Watch, watched
from bench.driver import side_by_side
from bench.fixture import Fixture, load_fixture
from bench.processor_time import between, spent_ms
from bench.run import API, POSTGRES, TEMPORAL, WORKER
from simulation.api_client import ApiClient
from simulation.billing_data import Invoice
from simulation.people import caller_of
from simulation.terminal import Terminal
from stack.embedded import Stack
from workflows.case.resolution import Resolution, ResolutionAction
from workflows.refund import RefundWorkflow

FEW: Final = 100
"""Of the first level; each next one is ten times as many, the last all that are asked for."""
CACHED: Final = 1_000
"""Cases that a worker keeps in its memory: the SDK's default, which ours leaves as it is."""
IDLE_SECONDS: Final = 30.0
"""How long the processes are watched at each level while nobody asks for anything."""
WARM_LISTS, LISTS = 20, 300
"""Lists that are read at each level, one at a time: those that are not counted, and the others."""
WAKES: Final = 40
"""Cases of each kind that are woken, in turn; each once, since a woken one is in the cache."""
AT_ONCE: Final = 8
SEED: Final = 11
DAY_SECONDS: Final = 24 * 3600
LETTERS_LIMIT_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Level:
    """So many open cases. Times are of processes that nobody asks for anything, in milliseconds a
    second; memory is what a process shares with no other, in bytes.
    """

    cases: int
    opened_a_second: float
    idle_ms: Mapping[str, float]
    memory: Mapping[str, int]
    disk: Mapping[str, int]
    list_seconds: Sequence[float]
    errors: int

    @property
    def list_p95_ms(self) -> float:
        """Of a client's list, as the client sees it."""
        return 1000 * quantiles(self.list_seconds, n=20)[-1]


Figure = Callable[[Level], float]


@dataclass(frozen=True)
class OpenCases:
    """All levels, and what a wake took of each kind in seconds; none where all cases are cached."""

    levels: Sequence[Level]
    cached_wakes: Sequence[float]
    evicted_wakes: Sequence[float]

    @property
    def cpu_seconds_a_day(self) -> float:
        """Of a case more, all processes together, from the first level to the last."""
        return DAY_SECONDS * self._slope(lambda level: sum(level.idle_ms.values())) / 1000

    def memory_each(self, process: str) -> float:
        """Bytes of a case more in a process. A worker's are those of a cached case."""
        if process == WORKER:
            few, *more = [one for one in self.levels if one.cases <= CACHED]
            return _slope(few, more[-1], lambda level: level.memory[WORKER]) if more else 0.0
        return self._slope(lambda level: level.memory[process])

    def disk_each(self, process: str) -> float:
        """Bytes of a case more on the disk."""
        return self._slope(lambda level: level.disk[process])

    @property
    def wake_ratio(self) -> float | None:
        """Of an evicted case to a cached one; None where nothing was evicted."""
        if not self.evicted_wakes:
            return None
        return median(self.evicted_wakes) / median(self.cached_wakes)

    def _slope(self, figure: Figure) -> float:
        return _slope(self.levels[0], self.levels[-1], figure)


async def measure_open_cases(stack: Stack, terminal: Terminal, most: int) -> OpenCases:
    """Opens cases through the API, level by level, on a stack of their own."""
    async with (
        load_fixture(stack, terminal, invoices=0, transferred=most) as here,
        here.api(stack.api_url) as api,
        watched(stack.database_url) as watch,
    ):
        crowd = Crowd(here, api, watch)
        levels = []
        for cases in levels_up_to(most):
            levels.append(await crowd.grown_to(cases))
            terminal.event("driver", told(levels[-1]))
        cached, evicted = await woken(here.client, crowd.case_ids)
    return OpenCases(levels, cached, evicted)


def levels_up_to(most: int) -> Sequence[int]:
    """A hundred, each next one ten times as many, and the number that is asked for."""
    return [*(size for size in (FEW, 10 * FEW, 100 * FEW) if size < most), most]


def told(level: Level) -> str:
    """A level in a line."""
    return (
        f"{level.cases:,} open: {level.opened_a_second:.1f} opened a second, idle"
        f" {sum(level.idle_ms.values()):.0f} ms of CPU a second, a list {level.list_p95_ms:.1f} ms"
    )


class Crowd:
    """The open cases, in the order in which they were opened."""

    def __init__(
        self, here: Fixture, api: ApiClient, watch: Watch, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        ours = here.stack.processes
        self.case_ids: list[str] = []
        self._here, self._api, self._watch = here, api, watch
        self._idle_seconds = idle_seconds
        self._owners: list[Invoice] = []
        self._pids = {
            API: ours["api"].pid,
            WORKER: ours["worker"].pid,
            TEMPORAL: ours["temporal"].pid,
            POSTGRES: ours["postgres"].pid,
        }
        self._chance = Random(SEED)  # noqa: S311 - whose list is read, nothing secret

    async def grown_to(self, cases: int) -> Level:
        """Opens what is missing, lets the letters leave, then looks."""
        began, missing = time.monotonic(), cases - len(self.case_ids)
        self.case_ids += await side_by_side([self._opened] * missing, AT_ONCE)
        seconds = time.monotonic() - began
        await self._watch.mails_are_sent(LETTERS_LIMIT_SECONDS)
        before = spent_ms(self._pids)
        await asyncio.sleep(self._idle_seconds)
        idle = between(before, spent_ms(self._pids))
        memory, disk = memory_of(self._pids), await asyncio.to_thread(_disk, self._here.stack)
        lists, errors = await self._lists()
        return Level(
            cases=cases,
            opened_a_second=missing / seconds,
            idle_ms={name: ms / self._idle_seconds for name, ms in idle.items()},
            memory=memory,
            disk=disk,
            list_seconds=lists,
            errors=errors,
        )

    async def _opened(self) -> str:
        invoice = next(self._here.transferred)
        body = {"invoice_number": invoice.number}
        case = await self._api.command(caller_of(invoice.client), "POST", "/v1/refunds", body)
        self._owners.append(invoice)
        return str(case["id"])

    async def _lists(self) -> tuple[Sequence[float], int]:
        """The seconds of each list, and how many did not show what their client has."""
        found = [await self._list() for _ in range(WARM_LISTS + LISTS)][WARM_LISTS:]
        return [seconds for seconds, _ in found], sum(not is_right for _, is_right in found)

    async def _list(self) -> tuple[float, bool]:
        invoice = self._chance.choice(self._owners)
        began = time.monotonic()
        page = await self._api.read(caller_of(invoice.client), "/v1/refunds")
        seconds = time.monotonic() - began
        return seconds, any(one["invoice_number"] == invoice.number for one in page["items"])


async def woken(client: Client, case_ids: Sequence[str]) -> tuple[Sequence[float], Sequence[float]]:
    """Cached and evicted cases in turn: the last ones that were opened are in the cache, the first
    ones are not where there are more than it holds.
    """
    if len(case_ids) <= CACHED + WAKES:
        return (), ()
    cached, evicted = [], []
    for young, old in zip(case_ids[-WAKES:], case_ids[:WAKES], strict=True):
        cached.append(await wake(client, young))
        evicted.append(await wake(client, old))
    return cached, evicted


async def wake(client: Client, case_id: str) -> float:
    """The seconds of an update that the case refuses: it has to think, and its history stays."""
    nothing = Resolution(ResolutionAction.RETRY, "bench")
    began = time.monotonic()
    try:
        await client.get_workflow_handle(case_id).execute_update(
            RefundWorkflow.resolve_failed_step, nothing
        )
    except WorkflowUpdateFailedError:
        return time.monotonic() - began
    raise AssertionError("a case without a failed step has taken a decision about one")


def memory_of(pids: Mapping[str, int]) -> Mapping[str, int]:
    """What each process and its children share with no other, in bytes."""
    return {name: sum(map(_unshared, _tree(pid))) for name, pid in pids.items()}


def _tree(pid: int) -> Iterator[psutil.Process]:
    process = psutil.Process(pid)
    yield from (process, *process.children(recursive=True))


def _unshared(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except psutil.NoSuchProcess:
        return 0


def _disk(stack: Stack) -> Mapping[str, int]:
    history = stack.product.temporal.history
    files = history.parent.glob(f"{history.name}*") if history is not None else ()
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        (ours,) = connection.execute("SELECT pg_database_size(current_database())").fetchall()
    return {TEMPORAL: sum(map(_size, files)), POSTGRES: ours[0]}


def _size(file: Path) -> int:
    return file.stat().st_size


def _slope(few: Level, many: Level, figure: Figure) -> float:
    if many.cases == few.cases:
        return 0.0
    return (figure(many) - figure(few)) / (many.cases - few.cases)
