"""Who writes to support in a storm, and by which ways, drawn by the seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from sandbox.scanner.terms import EICAR
from simulation.billing_data import Client
from simulation.dataset import ROMASHKA

FIRST_CHAT = 2_001
"""The account of the first who writes from Telegram; each has one of its own."""
FILES_EVERY = 3
"""One of so many sends a file, every other of them with what a scanner finds."""
HABITS_EVERY = 4
"""One of so many who write by mail has a machine that answers every letter; one of so many who
write from Telegram blocks the bot in the end.
"""


class Way(StrEnum):
    """How a message comes."""

    API = "api"
    MAIL = "mail"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class WriterPlan:
    """A client that writes to support one way, and once another way if it `crosses`.

    `file` goes with its question. `is_away`: a machine answers every letter of ours. `blocks`: the
    bot is blocked before our second answer.
    """

    number: int
    client: Client
    way: Way
    crosses: Way | None
    file: bytes | None
    is_away: bool
    blocks: bool

    @property
    def chat_id(self) -> int:
        """Its account in Telegram."""
        return FIRST_CHAT + self.number

    @property
    def has_account(self) -> bool:
        """Whether its account in Telegram is linked."""
        return Way.TELEGRAM in (self.way, self.crosses)

    @property
    def has_infected_file(self) -> bool:
        """Whether its file is one that is never given out."""
        return self.file is not None and EICAR in self.file


def draw_writers(count: int, rng: Random) -> Sequence[WriterPlan]:
    """So many, of each way a third; a third of them writes another way, too."""
    ways = list(Way)
    return [_plan(number, ways[number % len(ways)], rng) for number in range(count)]


def _plan(number: int, way: Way, rng: Random) -> WriterPlan:
    others = [one for one in Way if one is not way]
    crosses = rng.choice(others) if rng.random() < 1 / len(Way) else None
    has_habit = number // len(Way) % HABITS_EVERY == 0
    return WriterPlan(
        number,
        replace(ROMASHKA, id=f"asker-{number}", email=f"asker-{number}@askers.example"),
        way,
        crosses,
        _file(number),
        is_away=way is Way.MAIL and has_habit,
        blocks=way is Way.TELEGRAM and crosses is None and has_habit,
    )


def _file(number: int) -> bytes | None:
    place, rest = divmod(number, FILES_EVERY + 1)  # no divisor of the ways: each way has files
    if rest:
        return None
    said = f"File of asker {number}. ".encode()
    return said + EICAR if place % 2 else said
