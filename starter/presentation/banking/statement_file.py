"""Bank statement files: their import's progress and outcome, and why one was refused."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from db.banking.bank_statement import BankStatementRow
from domain.banking.bank_statement import PassedOverReason
from domain.banking.statement_import import BankStatementStatus
from starter.presentation.models import Shown, SignedRoubles
from texts import Language, translate
from texts.statement_refusal import statement_refusal

MATCHING = "matching"


class AccountShown(Shown):
    """One account's part of a statement; sums are roubles, an overdraft is negative."""

    account: str
    first_day: date
    last_day: date
    opening: SignedRoubles
    credited: SignedRoubles
    debited: SignedRoubles
    closing: SignedRoubles


class RefusalShown(Shown):
    """Why a whole file was refused."""

    code: str
    line: int | None
    detail: str = Field(description="The reason as text.")


class PassedOverShown(Shown):
    """Lines of a file that were not needed; `line` is the first of the kind."""

    code: PassedOverReason
    title: str = Field(description="The same as text.")
    count: int
    line: int


class StatementSettledShown(Shown):
    """How a refused file was dealt with."""

    by: str
    at: datetime
    reason: str


class BankStatementShown(Shown):
    """A bank statement; `received` until it is imported or refused as a whole."""

    id: UUID
    sha256: str
    size_bytes: int
    uploaded_by: str
    uploaded_at: datetime
    status: BankStatementStatus
    progress: int = Field(description="Entries read so far.")
    entries_total: int | None
    entries_new: int | None = Field(
        description="Entries that no earlier file contained, also with another wording."
    )
    matched_at: datetime | None = Field(
        description="When its entries had been compared with payouts and invoices; until then "
        "nobody can tell which of them wait for a person."
    )
    encoding: str | None
    accounts: list[AccountShown]
    passed_over: list[PassedOverShown]
    refusal: RefusalShown | None
    settled: StatementSettledShown | None

    @property
    def stage(self) -> str:
        """The status as people read it: an imported file whose entries are not matched yet has one
        of its own.
        """
        is_matching = self.status is BankStatementStatus.IMPORTED and self.matched_at is None
        return MATCHING if is_matching else self.status


def shown(row: BankStatementRow, language: Language) -> BankStatementShown:
    """A statement's row as the API answers it."""
    return BankStatementShown(
        id=row.id,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        status=BankStatementStatus(row.status),
        progress=row.progress,
        entries_total=row.entries_total,
        entries_new=row.entries_new,
        matched_at=row.matched_at,
        encoding=row.encoding,
        accounts=[_account_shown(one) for one in row.accounts or ()],
        passed_over=[_passed_over_shown(one, language) for one in row.passed_over],
        refusal=_refusal_shown(row, language),
        settled=_settled_shown(row),
    )


def _settled_shown(row: BankStatementRow) -> StatementSettledShown | None:
    if row.settled_at is None or row.settled_by is None or row.settled_because is None:
        return None
    return StatementSettledShown(by=row.settled_by, at=row.settled_at, reason=row.settled_because)


def _refusal_shown(row: BankStatementRow, language: Language) -> RefusalShown | None:
    if row.refusal is None:
        return None
    detail = statement_refusal(row.refusal, row.refusal_detail, row.refusal_line, language)
    return RefusalShown(code=row.refusal, line=row.refusal_line, detail=detail)


def _account_shown(section: dict[str, Any]) -> AccountShown:
    names = ("opening", "credited", "debited", "closing")
    return AccountShown(
        account=section["account"],
        first_day=date.fromisoformat(section["first_day"]),
        last_day=date.fromisoformat(section["last_day"]),
        **{name: section[f"{name}_kopecks"] for name in names},
    )


def _passed_over_shown(one: dict[str, Any], language: Language) -> PassedOverShown:
    title = translate(
        f"passed_over.{one['reason']}", language, detail=one["detail"], count=str(one["count"])
    )
    reason = PassedOverReason(one["reason"])
    return PassedOverShown(code=reason, title=title, count=one["count"], line=one["line"])
