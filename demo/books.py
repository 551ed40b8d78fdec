"""Compares our books with the acquirer's and the bank's, attempt by attempt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from demo.case import Case
from demo.stage import Stage
from demo.stories.story import Attempt, Story
from domain.money import parse_amount
from domain.payout.payout import Channel, PayoutStatus
from simulation.api_client import Document
from simulation.command_line import run_starter
from simulation.expectation import expect
from texts import rubles

HEADS = (
    *("case", "attempt", "our books", " sum"),
    *(" acquirer's debits", " sum", " bank's debits", " sum", " given back"),
)


@dataclass(frozen=True)
class Moved:
    """One attempt in an outside book; returned money was debited before."""

    debits: int = 0
    debited_kopecks: int = 0
    returned_kopecks: int = 0

    @property
    def left_kopecks(self) -> int:
        """What was debited and not returned."""
        return self.debited_kopecks - self.returned_kopecks


NOTHING = Moved()


@dataclass(frozen=True)
class Row:
    """One attempt in all three books."""

    case_id: str
    attempt: int
    status: PayoutStatus
    title: str
    kopecks: int
    acquirer: Moved
    bank: Moved

    @property
    def paid_kopecks(self) -> int:
        """What our books have as paid and not returned."""
        return self.kopecks if self.status is PayoutStatus.PAID else 0


def books(stage: Stage, played: Sequence[tuple[Story, Case, Document]]) -> None:
    """Shows the books side by side; raises `Unexpected` unless they agree."""
    stage.terminal.chapter("Books", "ours, the acquirer's own and the bank's own, by attempt")
    stage.terminal.line(f"ours: {run_starter(stage.stack, 'books', 'check').splitlines()[-1]}")
    acquirer, bank = _acquirers(stage), _banks(stage)
    rows = []
    for story, case, view in played:
        found = list(_rows(case, view, acquirer, bank))
        _check(case, story.ending.attempts, story.ending.promised_kopecks, found)
        rows += found
    _check_totals(rows, acquirer, bank)
    stage.terminal.table(HEADS, [*map(_shown, rows), _total(rows)])


def _rows(
    case: Case, view: Document, acquirer: Mapping[str, Moved], bank: Mapping[str, Moved]
) -> Iterator[Row]:
    for payout in view["payouts"]:
        key = _key(case.id, payout["attempt"])
        yield Row(
            case.id,
            payout["attempt"],
            PayoutStatus(payout["status"]),
            payout["title"],
            parse_amount(payout["amount"]),
            acquirer.get(key, NOTHING),
            bank.get(key, NOTHING),
        )


def _acquirers(stage: Stage) -> dict[str, Moved]:
    """By its idempotence key, which is our attempt."""
    shown = stage.cast.wait(stage.acquirer.books())
    return {key: Moved(row["debits"], row["debited_kopecks"]) for key, row in shown["keys"].items()}


def _banks(stage: Stage) -> dict[str, Moved]:
    """By our attempt, which only we can tell of an order's number."""
    shown = stage.cast.wait(stage.bank.books())["orders"]
    attempts = dict(_attempts_by_number(stage))
    return {
        attempts[order["number"]]: Moved(
            order["debits"], order["debits"] * order["kopecks"], order["returns"] * order["kopecks"]
        )
        for order in shown
    }


def _attempts_by_number(stage: Stage) -> Iterator[tuple[str, str]]:
    read = stage.cast.accountant.read
    for run in read("/v1/payment-runs")["items"]:
        for order in read(f"/v1/payment-runs/{run['id']}/orders")["items"]:
            yield str(order["number"]), _key(order["refund_id"], order["attempt"])


def _check(case: Case, attempts: Sequence[Attempt], kopecks: int, found: Sequence[Row]) -> None:
    """Every attempt has the expected outcome and was debited once, only by its own channel."""
    expect(f"payouts of {case.id}", [one.status for one in attempts], [one.status for one in found])
    for right, row in zip(attempts, found, strict=True):
        back = kopecks if right.status is PayoutStatus.RETURNED else 0
        once = Moved(1, kopecks, back)
        expect(
            f"debits of {row.case_id}, attempt {row.attempt}, at the acquirer and at the bank",
            (once, NOTHING) if right.channel is Channel.ACQUIRER else (NOTHING, once),
            (row.acquirer, row.bank),
        )


def _check_totals(
    rows: Sequence[Row], acquirer: Mapping[str, Moved], bank: Mapping[str, Moved]
) -> None:
    """No debit is missing from the rows, and all books have the same total."""
    for who, theirs, ours in (
        ("the acquirer", acquirer, [row.acquirer for row in rows]),
        ("the bank", bank, [row.bank for row in rows]),
    ):
        debits = sum(one.debits for one in theirs.values())
        expect(f"debits of all cases at {who}", sum(one.debits for one in ours), debits)
    left = [one.left_kopecks for one in (*acquirer.values(), *bank.values())]
    expect("what left, in all books", sum(row.paid_kopecks for row in rows), sum(left))


def _shown(row: Row) -> tuple[str, ...]:
    acquirer, bank = row.acquirer, row.bank
    return (
        *(row.case_id, str(row.attempt), row.title, rubles(row.kopecks)),
        *(_count(acquirer.debits), _sum(acquirer.debited_kopecks)),
        *(_count(bank.debits), _sum(bank.debited_kopecks), _sum(bank.returned_kopecks)),
    )


def _total(rows: Sequence[Row]) -> tuple[str, ...]:
    acquirer, bank = [row.acquirer for row in rows], [row.bank for row in rows]
    return (
        *("left for good", "", "", rubles(sum(row.paid_kopecks for row in rows))),
        *("", rubles(sum(one.left_kopecks for one in acquirer))),
        *("", rubles(sum(one.left_kopecks for one in bank)), ""),
    )


def _count(number: int) -> str:
    return str(number) if number else "–"


def _sum(kopecks: int) -> str:
    return rubles(kopecks) if kopecks else "–"


def _key(case_id: str, attempt: int) -> str:
    return f"{case_id}/{attempt}"
