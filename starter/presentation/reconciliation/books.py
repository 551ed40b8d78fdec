"""The three books as callers see them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from db.reconciliation.three_books import BookDay, BookLine
from domain.reconciliation.three_books import Agreement, BooksPeriod, MovementKind
from starter.commands.refusal import FieldError, invalid
from starter.presentation.models import Roubles, Shown, SignedRoubles
from texts import Language, translate


class BookLineShown(Shown):
    """A movement of money by all books that have it."""

    id: str
    day: date = Field(description="At the bank or the acquirer; where neither has it, in ours.")
    kind: MovementKind
    agreement: Agreement
    title: str = Field(description="The agreement as text.")
    ledger: SignedRoubles | None
    bank: SignedRoubles | None
    acquirer: SignedRoubles | None
    account: str = Field(description="Our account; `acquirer`; `bank` where no statement has it.")
    invoices: list[str]
    refund_id: str | None
    entry_id: UUID | None
    number: str | None = Field(description="Of the bank's document.")
    counterparty_name: str | None
    acquirer_id: str | None
    difference_id: UUID | None = Field(description="The difference that the daily check found.")
    decision: str | None = Field(description="What was decided about the difference.")


class BookDayShown(Shown):
    """A day's sums by each book, without their signs."""

    day: date
    lines: int
    differing: int
    ledger_in: Roubles
    ledger_out: Roubles
    bank_in: Roubles
    bank_out: Roubles
    acquirer_in: Roubles
    acquirer_out: Roubles


class BookDays(Shown):
    """The days of a period that have movements, the latest first."""

    items: list[BookDayShown]


def line_shown(row: BookLine, language: Language) -> BookLineShown:
    """A line with its agreement as text."""
    return BookLineShown(
        id=row.id,
        day=row.day,
        kind=MovementKind(row.kind),
        agreement=Agreement(row.agreement),
        title=translate(f"books.{row.agreement}", language),
        ledger=row.ledger_kopecks,
        bank=row.bank_kopecks,
        acquirer=row.acquirer_kopecks,
        account=row.account,
        invoices=row.invoices,
        refund_id=row.case_id,
        entry_id=row.entry_id,
        number=row.number,
        counterparty_name=row.counterparty_name,
        acquirer_id=row.acquirer_id,
        difference_id=row.difference_id,
        decision=row.decided,
    )


def day_shown(row: BookDay) -> BookDayShown:
    """A day."""
    return BookDayShown.model_validate(row, from_attributes=True)


def right_period(period: BooksPeriod, field: str) -> BooksPeriod:
    """A period that is shown; raises `Refusal` `books_period` beside the field of its end."""
    if not period.is_right:
        raise invalid(FieldError("books_period", field=field))
    return period
