"""The report after the stories: each figure beside the expected one."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

from demo.books import books
from demo.case import Case
from demo.stage import Stage
from demo.stories.story import Ending, Story
from domain.access.roles import Role
from domain.calendar.bank_calendar import MOSCOW
from domain.money import parse_amount
from simulation.api_client import Document
from simulation.expectation import expect
from stack.mailbox import plain_text
from stack.product import MAILBOXES
from texts import day, moment, rubles, translate

LETTERS_LIMIT_SECONDS = 20.0
LOOK_SECONDS = 0.5
CODE_TEMPLATE = "refund_one_time_code"


@dataclass(frozen=True)
class Played:
    """A story with its case."""

    story: Story
    case: Case


def report(stage: Stage, played: Sequence[Played]) -> None:
    """Shows and checks everything; raises `Unexpected` for the first thing that is wrong."""
    views = [one.case.view(stage.cast.specialist) for one in played]
    for one, view in zip(played, views, strict=True):
        _timeline(stage, one, view)
    _sums(stage, played, views)
    _letters(stage, played)
    books(stage, [(one.story, one.case, view) for one, view in zip(played, views, strict=True)])


def addresses(stage: Stage, played: Sequence[Played]) -> None:
    """Where everything can be looked at while the stack runs."""
    terminal, stack = stage.terminal, stage.stack
    terminal.chapter("To look at")
    cases = [(one.case.id, stack.case_url(one.case.id)) for one in played]
    pages = [
        (f"page for {one.case.invoice.client.email}", f"{stack.cabinet_url}/refunds/{one.case.id}")
        for one in played
    ]
    rows = [
        *cases,
        ("all cases", stack.ui_url),
        ("cabinet", stack.cabinet_url),
        *pages,
        ("letters", stack.mail_url),
        ("Telegram", stack.telegram_url),
        ("API", f"{stack.api_url}/docs"),
        ("acquirer's books", f"{stack.acquirer_url}/sandbox/books"),
        ("bank's books", f"{stack.bank_url}/sandbox/books"),
    ]
    terminal.table(("what", "where"), rows)


def _timeline(stage: Stage, one: Played, view: Document) -> None:
    """Every change with the case's own dates."""
    rows = view["timeline"]
    expect(f"history of {one.case.id}", list(one.story.ending.path), _path(rows))
    paid_on, credit_by = view["paid_on"], view["credit_by"]
    stage.terminal.chapter(
        f"{one.case.id}: {view['title']}",
        f"paid on {_day(paid_on)}, credited by {_day(credit_by)}: the 10th bank day",
        stage.stack.case_url(one.case.id),
    )
    stage.terminal.table(
        ("when, in the case's time", "status", "by", "why"), [_change(row) for row in rows]
    )
    feedback = view["feedback"]
    stage.terminal.line(f"feedback: {feedback['score']} of 5, «{feedback['text']}»")


def _path(rows: Sequence[Document]) -> list[str]:
    return [row["to_status"] for row in rows]


def _change(row: Document) -> tuple[str, str, str, str]:
    stays = row["from_status"] == row["to_status"]
    return (
        moment(datetime.fromisoformat(row["at"])),
        f"{row['title']}, the case is closed" if stays else row["title"],
        " ".join(filter(None, (row["by_title"], row["login"]))),
        row["reason"] or "",
    )


def _sums(stage: Stage, played: Sequence[Played], views: Sequence[Document]) -> None:
    """What was computed, promised and paid, with the promise that the invoice keeps."""
    stage.terminal.chapter("Sums")
    rows = []
    for one, view in zip(played, views, strict=True):
        found = _found_sums(stage, one, view)
        expect(f"sums of {one.case.id}", _right_sums(one.story.ending), found)
        rows.append((one.case.id, *map(rubles, found)))
    stage.terminal.table(("case", " calculated", " kept back", " promised", " paid"), rows)


def _right_sums(ending: Ending) -> tuple[int, ...]:
    promised = ending.promised_kopecks
    return ending.calculated_kopecks, ending.deducted_kopecks, promised, promised


def _found_sums(stage: Stage, one: Played, view: Document) -> tuple[int, ...]:
    calculation = view["calculation"]
    invoice = stage.cast.billing.read(f"/v1/invoices/{one.case.invoice.number}")
    paid = [payout["amount"] for payout in view["payouts"] if payout["status"] == "paid"]
    return (
        _total(line["result"] for line in calculation["lines"]) or _total([calculation["sum"]]),
        _total(deduction["amount"] for deduction in calculation["deductions"]),
        _total([invoice["promised"]]),
        _total(paid),
    )


def _total(amounts: Any) -> int:
    """Kopecks of sums written by the API, in which nothing is `0.00`."""
    return sum(parse_amount(amount) for amount in amounts if amount != "0.00")


def _letters(stage: Stage, played: Sequence[Played]) -> None:
    """Every letter: to whom, about what, when; one per change and person."""
    stage.terminal.chapter("Letters sent", f"as a person reads them: {stage.stack.mail_url}")
    rows = []
    for one in played:
        letters = _awaited_letters(stage, one)
        expect(f"letters about {one.case.id}", _right_letters(one), _found_letters(letters))
        _check_inbox(stage, one)
        rows += [(one.case.id, *_letter(letter)) for letter in letters]
    stage.terminal.table(("case", "sent", "to", "subject"), rows)
    counted = Counter(row[0] for row in rows)
    summary = ", ".join(f"{case}: {count}" for case, count in counted.items())
    stage.terminal.line(f"letters by case: {summary}; each exactly once")


def _awaited_letters(stage: Stage, one: Played) -> list[EmailMessage]:
    """All about a case that came by now; the last of them may still be under way."""
    deadline = time.monotonic() + LETTERS_LIMIT_SECONDS
    while True:
        letters = [
            letter
            for letter in stage.stack.mailbox.letters()
            if one.case.id in plain_text(letter).split()
        ]
        if len(letters) >= len(one.story.ending.letters) or time.monotonic() > deadline:
            return letters
        time.sleep(LOOK_SECONDS)


def _right_letters(one: Played) -> list[str]:
    number = one.case.invoice.number
    return sorted(
        f"{_address(one, role)}: {translate(f'mail.{template}.subject', invoice_number=number)}"
        for role, template in one.story.ending.letters
    )


def _found_letters(letters: Sequence[EmailMessage]) -> list[str]:
    return sorted(f"{letter['To']}: {letter['Subject']}" for letter in letters)


def _address(one: Played, role: Role) -> str:
    return one.case.invoice.client.email if role is Role.CLIENT else MAILBOXES[role]


def _letter(letter: EmailMessage) -> tuple[str, str, str]:
    sent_at = parsedate_to_datetime(str(letter["Date"])).astimezone(MOSCOW)
    return f"{sent_at:%d.%m.%Y %H:%M:%S}", str(letter["To"]), str(letter["Subject"])


def _check_inbox(stage: Stage, one: Played) -> None:
    """The client finds the same messages in the cabinet, but no codes."""
    messages = stage.cast.client(one.case.invoice.client).read("/v1/inbox")["items"]
    found = [message for message in messages if message["case_id"] == one.case.id]
    right = [
        template
        for role, template in one.story.ending.letters
        if role is Role.CLIENT and template != CODE_TEMPLATE
    ]
    expect(f"messages in the inbox about {one.case.id}", len(right), len(found))


def _day(text: str) -> str:
    return day(date.fromisoformat(text))
