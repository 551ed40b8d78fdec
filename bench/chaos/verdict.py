"""What must be true once the storm is over: each check answers what it found wrong."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from bench.chaos.letters import message_id
from bench.chaos.our_books import OurBooks
from domain.access.roles import Role
from domain.payout.acquirer_refusal import GIVEN_BACK_THERE
from gateways.acquirer.requests import idempotence_key
from worker import WORKFLOWS
from workflows.case.kernel import CASE_STATUS
from workflows.payloads import data_converter
from workflows.runner import workflow_runner

REPLAYED = 10
"""Cases of a kind whose histories are replayed."""
PEOPLE = (Role.CLIENT, Role.SPECIALIST, Role.ACCOUNTANT)
OTHER_CASES = ("tickets", "collections", "disputes", "goods_returns")
"""Tables of cases that may wait for whatever role their row names."""
WEDGED = "TemporalReportedProblems IS NOT NULL"
FOR_THE_OPERATOR = "NeedsOperator = true"


@dataclass(frozen=True)
class Money:
    """How often money left, by the acquirer's own books, and where these differ from ours."""

    debits: int
    debited_kopecks: int
    differences: Sequence[str]


@dataclass(frozen=True)
class Notified:
    """The letters of a run: how many different ones, how many repeats, and what is wrong."""

    letters: int
    repeats: int
    differences: Sequence[str]


async def money(ours: OurBooks, theirs: dict[str, Any]) -> Money:
    """One debit of the right sum for each paid attempt, none for any other, none unknown to us.

    What the acquirer took back without us is booked, and is no payout's debit.
    """
    payouts = await ours.rows("SELECT * FROM payouts WHERE channel = 'acquirer'")
    taken = {row.id: row.amount_kopecks for row in await ours.rows("SELECT * FROM taken_backs")}
    expected = {_key(row): row.amount_kopecks for row in payouts if _is_debited(row, taken)}
    expected |= {one["key"]: taken[one["id"]] for one in theirs["refunds"] if one["id"] in taken}
    known = {_key(row) for row in payouts} | expected.keys()
    found = theirs["keys"]
    wrong = [
        f"the acquirer debited under {key}, which we do not know" for key in found.keys() - known
    ]
    for key in sorted(known):
        debited = found.get(key, {"debits": 0, "debited_kopecks": 0})
        want = (1, expected[key]) if key in expected else (0, 0)
        got = (debited["debits"], debited["debited_kopecks"])
        if got != want:
            wrong.append(f"payout {key}: debits and kopecks {got}, must be {want}")
    totals = theirs["totals"]
    if totals["debited_kopecks"] != sum(expected.values()):
        wrong.append(f"they paid {totals['debited_kopecks']}, we {sum(expected.values())}")
    return Money(totals["debits"], totals["debited_kopecks"], wrong)


async def notified(ours: OurBooks, letters: Sequence[Any]) -> Notified:
    """Each mail of the outbox has arrived, under one Message-ID of its own, and no others have."""
    rows = await ours.rows("SELECT * FROM notifications WHERE channel = 'mail'")
    arrived = Counter(message_id(letter).partition("@")[0] for letter in letters)
    occasions = Counter((row.case_id, row.occasion, row.role) for row in rows)
    wrong = [f"told twice: {occasion}" for occasion, times in occasions.items() if times > 1]
    wrong += [f"letter {one} is nobody's" for one in arrived.keys() - {str(row.id) for row in rows}]
    for row in rows:
        if row.status != "sent" or not arrived[str(row.id)]:
            wrong.append(
                f"{row.case_id} {row.occasion} {row.role}: {row.status},"
                f" arrived {arrived[str(row.id)]} times, {row.last_error}"
            )
    return Notified(len(arrived), arrived.total() - len(arrived), wrong)


async def stuck(client: Client, ours: OurBooks) -> list[str]:
    """Cases that neither have ended nor wait for a named role, and wedged workflows."""
    wrong = [f"{one.id}: its tasks fail" async for one in client.list_workflows(WEDGED)]
    operators = await for_the_operator(client)
    for row in await ours.rows("SELECT * FROM refunds"):
        waited_for = _is_waited_for(row, operators)
        wrong += [one async for one in unlike_its_process(client, row, waited_for=waited_for)]
    for table in OTHER_CASES:
        for row in await ours.rows(f"SELECT * FROM {table}"):  # noqa: S608 - our own names
            waited_for = row.waiting_for is not None or row.id in operators
            wrong += [one async for one in unlike_its_process(client, row, waited_for=waited_for)]
    return wrong


async def for_the_operator(client: Client) -> set[str]:
    """Cases with a step that failed."""
    return {one.id async for one in client.list_workflows(FOR_THE_OPERATOR)}


async def unlike_its_process(client: Client, row: Any, *, waited_for: bool) -> AsyncIterator[str]:
    """How a case's process and its row differ, that it has none, or that nobody is waited for."""
    try:
        process = await client.get_workflow_handle(row.id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        yield f"{row.id}: {row.status}, and it has no process"
        return
    for what in _unlike(row, process, waited_for=waited_for):
        yield f"{row.id}: {what}"


def _unlike(row: Any, process: WorkflowExecutionDescription, *, waited_for: bool) -> Iterator[str]:
    if process.status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED):
        yield f"its process is {process.status}"
        return
    runs = process.status is WorkflowExecutionStatus.RUNNING
    believed = process.typed_search_attributes.get(CASE_STATUS)
    if believed != row.status:
        yield f"its process believes {believed}, the database says {row.status}"
    if runs == (row.closed_at is not None):
        yield f"{row.status}, its process runs: {runs}"
    if runs and not waited_for:
        yield f"{row.status}, and nobody is waited for"


def _is_waited_for(row: Any, operators: set[str]) -> bool:
    return row.waiting_for in PEOPLE or row.id in operators


async def replayed(client: Client, ours: OurBooks, rng: Random) -> tuple[int, list[str]]:
    """How many histories of a sample were replayed, and which do not replay."""
    ids = []
    for table in ("refunds", "renewals", *OTHER_CASES):
        rows = await ours.rows(f"SELECT id FROM {table}")  # noqa: S608 - our own names
        ids += rng.sample(sorted(row.id for row in rows), min(REPLAYED, len(rows)))
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        data_converter=data_converter,
    )
    wrong = []
    for workflow_id in ids:
        try:
            history = await client.get_workflow_handle(workflow_id).fetch_history()
        except RPCError as error:
            wrong.append(f"{workflow_id} has no history: {error.message}")
            continue
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            wrong.append(f"{workflow_id} does not replay: {result.replay_failure}")
    return len(ids), wrong


async def channels(ours: OurBooks) -> Counter[str]:
    """Cases by the ways that their money took; a case that took both counts in each."""
    rows = await ours.rows(
        "SELECT channel, count(DISTINCT case_id) AS cases FROM payouts GROUP BY channel"
    )
    return Counter({row.channel: row.cases for row in rows})


async def attempts(ours: OurBooks) -> Counter[str]:
    """Payout attempts by channel and status."""
    rows = await ours.rows("SELECT channel, status FROM payouts")
    return Counter(f"{row.channel} {row.status}" for row in rows)


async def endings(ours: OurBooks) -> Counter[str]:
    """Cases by where they stand."""
    rows = await ours.rows("SELECT status, closed_at, waiting_for FROM refunds")
    return Counter(
        row.status if row.closed_at else f"{row.status}, waits for {row.waiting_for}"
        for row in rows
    )


def _is_debited(payout: Any, taken: Collection[str]) -> bool:
    """Whether a payout was made under its own key: not by what the acquirer took back."""
    by_others = payout.channel_reason == GIVEN_BACK_THERE and payout.external_id in taken
    return payout.status == "paid" and not by_others


def _key(row: Any) -> str:
    return idempotence_key(f"{row.case_id}/{row.attempt}")
