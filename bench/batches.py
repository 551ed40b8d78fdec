"""Plays small batches of every kind in turn, so that a drift of the machine affects all alike."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Generic, TypeVar

from bench.driver import Played, PlayMany
from bench.processor_time import between, less_idle, spent_ms

KindT = TypeVar("KindT", bound=str)
"""What is compared: kinds of cases, or engines of one kind."""


@dataclass(frozen=True)
class Batch:
    """The time of a batch of cases. `cpu_ms` is all processor time, by process, without idling."""

    cases: int
    seconds: float
    cpu_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Throughput."""
        return self.cases / self.seconds

    def ms_each(self, *processes: str) -> float:
        """Processor time of one case in these processes; a kind may not have all of them."""
        return sum(self.cpu_ms.get(name, 0.0) for name in processes) / self.cases


@dataclass(frozen=True)
class Line:
    """How a kind is played: how many in a batch, by which processes, and when a batch is over.

    `idle_a_second` is what those processes use, in milliseconds, when nothing is played.
    """

    play: PlayMany
    batch: int
    pids: Mapping[str, int]
    settled: Callable[[], Awaitable[None]]
    idle_a_second: Mapping[str, float]


@dataclass(frozen=True)
class Measured(Generic[KindT]):
    """The batches of every kind, a round at a time, and the cases played last."""

    batches: Mapping[KindT, Sequence[Batch]]
    last: Mapping[KindT, Played]

    def median(self, kind: KindT, figure: Callable[[Batch], float]) -> float:
        """Over the rounds."""
        return median(figure(batch) for batch in self.batches[kind])

    def ratio(
        self,
        over: tuple[KindT, Callable[[Batch], float]],
        under: tuple[KindT, Callable[[Batch], float]],
    ) -> float:
        """The median of the ratios within each round: the machine drifts between rounds."""
        pairs = zip(self.batches[over[0]], self.batches[under[0]], strict=True)
        return median(over[1](one) / under[1](other) for one, other in pairs)


async def play_rounds(
    lines: Mapping[KindT, Line], rounds: int, at_once: int, said: Callable[[str], None]
) -> Measured[KindT]:
    """Every kind once a round, each round beginning with another kind."""
    batches: dict[KindT, list[Batch]] = {kind: [] for kind in lines}
    last: dict[KindT, Played] = {}
    order = list(lines)
    for number in range(rounds):
        for kind in order:
            batch, last[kind] = await play_batch(lines[kind], lines[kind].batch, at_once)
            batches[kind].append(batch)
        order = [*order[1:], order[0]]
        speeds = ", ".join(f"{kind} {batches[kind][-1].per_second:.1f}" for kind in lines)
        said(f"round {number + 1} of {rounds}, cases a second: {speeds}")
    return Measured(batches, last)


async def play_batch(line: Line, cases: int, at_once: int) -> tuple[Batch, Played]:
    """Plays a batch, some cases at once, until all their work is done."""
    before, began = spent_ms(line.pids), time.monotonic()
    played = await line.play(cases, at_once)
    await line.settled()
    seconds = time.monotonic() - began
    used = between(before, spent_ms(line.pids))
    return Batch(cases, seconds, less_idle(used, line.idle_a_second, seconds)), played[-1]


def idling(line: Line, before: Mapping[str, float], seconds: float) -> Line:
    """The line with what its processes have used, since `before`, while nothing was played."""
    used = between(before, spent_ms(line.pids))
    return replace(line, idle_a_second={name: ms / seconds for name, ms in used.items()})
