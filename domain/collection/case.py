"""The case of an unpaid order as its changes are judged: what is stored of it, and the facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Wait
from domain.collection.collection import (
    CollectionLook,
    CollectionStatus,
    CollectionTransitionResult,
    CourtKind,
    Reason,
)
from domain.collection.leaving import NotSent
from domain.collection.policy import CollectionPolicy, Tone
from domain.compensation.interest import Movement
from domain.compensation.key_rate import KeyRate
from domain.compensation.legal_rule import LegalRules


@dataclass(frozen=True)
class Counted:
    """What an open wait is counted from: so many bank days after an instant (UTC); none of them:
    from that instant on, as soon as the client may be written to.
    """

    since: datetime
    bank_days: int


@dataclass(frozen=True)
class CollectionCase:
    """A stored case with the policy that it was opened under, its client's zone, the calendar.

    `counted` is None for a wait that no calendar moves, and for a promise, which counts from its
    day.
    """

    id: str
    client_id: str
    status: CollectionStatus
    version: int
    wait: Wait | None
    due_on: date
    looks: int
    rung: int
    promises: int
    promised_on: date | None
    claim_sent_on: date | None
    write_off_by: str | None
    policy: CollectionPolicy
    zone: ZoneInfo
    calendar: BankCalendar
    counted: Counted | None = None

    def contact_at(self, counted: Counted) -> datetime:
        """When the client may be written to; raises `CalendarNotCovered`."""
        if counted.bank_days == 0:
            return self.policy.contact_from(counted.since, self.zone, self.calendar)
        return self.policy.after_bank_days(
            counted.bank_days, counted.since, self.zone, self.calendar
        )


@dataclass(frozen=True)
class OpeningFacts:
    """What a case is opened by: its invoice, and what holds now."""

    client_id: str
    due_on: date
    is_owed: bool
    policy: CollectionPolicy
    calendar: BankCalendar
    rules: LegalRules


@dataclass(frozen=True)
class OwedInvoice:
    """An invoice of a client with an open case, locked. `paid` are the payments that stand; one
    that is disputed is not asked for. `titles` are those of its first lines, `more` how many others
    it has.
    """

    collection_id: str
    invoice_number: str
    issued_on: date
    due_on: date
    total_kopecks: int
    paid_kopecks: int
    is_void: bool
    status: CollectionStatus
    rung: int
    wait_until: datetime | None
    policy: CollectionPolicy
    is_disputed: bool = False
    paid: Sequence[Movement] = ()
    titles: str = ""
    more: int = 0

    @property
    def debt_kopecks(self) -> int:
        """What is still to be paid; nought of a void one."""
        return 0 if self.is_void else max(0, self.total_kopecks - self.paid_kopecks)


@dataclass(frozen=True)
class LetterOfToday:
    """The letter that the client has had today, with the cases that it speaks of, and those whose
    debt it claims.
    """

    tone: Tone
    speaks_of: frozenset[str]
    claims: frozenset[str]


@dataclass(frozen=True)
class Unsent:
    """The case's last letter was not sent, and why; the case has not gone on from it yet."""

    tone: Tone
    why: NotSent


@dataclass(frozen=True)
class DebtFacts:
    """What a step is judged by, read behind the locks of the client's owed invoices.

    `letter` is today's; `is_contacted`: staff spoke to the client today; `unsent` is the case's
    last letter where it did not leave.
    """

    owed: Sequence[OwedInvoice]
    letter: LetterOfToday | None
    is_contacted: bool
    rules: LegalRules
    key_rate: KeyRate
    unsent: Unsent | None = None

    def of(self, collection_id: str) -> OwedInvoice:
        """The invoice of a case."""
        return next(one for one in self.owed if one.collection_id == collection_id)


@dataclass(frozen=True)
class LetterLine:
    """What a letter says of one invoice. Interest, and interest of one more day, are None where the
    key rate or a rule is not known; `rules` are the rows that it was counted by.
    """

    collection_id: str
    invoice_number: str
    issued_on: date
    due_on: date
    total_kopecks: int
    debt_kopecks: int
    days_late: int
    is_claimed: bool
    interest_kopecks: int | None = None
    a_day_kopecks: int | None = None
    rules: tuple[str, ...] = ()
    titles: str = ""
    more: int = 0


@dataclass(frozen=True)
class Letter:
    """A letter of a day to a client, about everything it owes. `next_on` is the day on which we go
    on, the last day to pay before it.
    """

    client_id: str
    day: date
    tone: Tone
    lines: tuple[LetterLine, ...]
    next_on: date


@dataclass(frozen=True)
class StoredLook:
    """A look whose find a change was judged by."""

    look: CollectionLook
    paid_kopecks: int


@dataclass(frozen=True)
class LeaveOutOfLetters:
    """The debt of a case is left out of the letters that have not left yet; one that asks for
    nothing else is withdrawn.
    """

    collection_id: str
    why: NotSent


CollectionEffect = Letter | StoredLook | LeaveOutOfLetters
CollectionTransition = Transition[CollectionTransitionResult, CollectionEffect]
Judged = CollectionTransition | CollectionTransitionResult


@dataclass(frozen=True)
class Decided:
    """A stored decision, with what it is about. `asked_since`: when the client gave its first
    reason since it was last written to about this debt.
    """

    answer: Reason | None = None
    day: date | None = None
    reason: str | None = field(default=None, repr=False)
    court: CourtKind | None = None
    asked_since: datetime | None = None
