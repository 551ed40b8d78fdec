"""Cases of unpaid orders: loading one for a change, and storing what a step decided."""

from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, text

from db.calendar.calendar import CALENDAR
from db.case.case_store import CaseStore, LoadedCase, ReplayCheck, uuid_of
from db.case.policy import PolicyRow, in_force
from db.collection import loading, owed
from db.collection.loading import COLLECTION_TRANSITION_RESULT
from db.compensation.legal_rule import all_rules
from db.database import Transaction
from db.facts import Reading, every, only, together
from db.query import row, typed
from db.tables import (
    collection_courts,
    collection_decisions,
    collection_history,
    collection_letter_lines,
    collection_letters,
    collection_looks,
    collections,
    invoices,
)
from domain.calendar.bank_calendar import BankCalendar
from domain.collection.case import (
    CollectionCase,
    CollectionTransition,
    DebtFacts,
    Decided,
    OpeningFacts,
    StoredLook,
)
from domain.collection.collection import (
    CollectionAction,
    CollectionChange,
    CollectionOpening,
    CollectionTransitionResult,
    CourtKind,
    Reason,
    invoice_of,
)
from domain.collection.policy import CollectionPolicy
from domain.compensation.legal_rule import LegalRules

STORE = CaseStore(collections, collection_history, "collection_id", COLLECTION_TRANSITION_RESULT)
POLICY = "collection"


@row
class OverdueInvoice:
    """An invoice that a case is opened about."""

    number: str
    client_id: str
    due_on: date | None
    total_kopecks: int
    paid_kopecks: int
    voided_at: datetime | None


@row
class DecisionRow:
    """A decision with the court that it names."""

    answer: str | None
    day: date | None
    reason: str | None
    court: str | None
    asked_since: datetime | None


_INVOICE = typed(
    OverdueInvoice,
    select(
        invoices.c.number,
        invoices.c.client_id,
        invoices.c.due_on,
        invoices.c.total_kopecks,
        invoices.c.paid_kopecks,
        invoices.c.voided_at,
    )
    .where(invoices.c.number == bindparam("invoice_number"))
    .with_for_update(key_share=True),
)
_earlier = collection_decisions.alias("earlier")
_last_written_to = (
    select(func.coalesce(func.max(collection_letters.c.written_at), text("'-infinity'")))
    .join(collection_letter_lines, collection_letter_lines.c.letter_id == collection_letters.c.id)
    .where(collection_letter_lines.c.collection_id == collection_decisions.c.collection_id)
    .correlate(collection_decisions)
    .scalar_subquery()
)
_asked_since = (
    select(func.min(collection_history.c.at))
    .join(_earlier, _earlier.c.id == collection_history.c.submission_id)
    .where(
        collection_history.c.collection_id == collection_decisions.c.collection_id,
        _earlier.c.action == CollectionAction.GIVE_REASON.value,
        collection_history.c.at > _last_written_to,
    )
    .correlate(collection_decisions)
    .scalar_subquery()
)
"""When the case took the first reason since the last letter about its debt."""
_DECISION = typed(
    DecisionRow,
    select(
        collection_decisions.c.answer,
        collection_decisions.c.day,
        collection_decisions.c.reason,
        collection_courts.c.kind.label("court"),
        _asked_since.label("asked_since"),
    )
    .outerjoin(collection_courts, collection_courts.c.decision_id == collection_decisions.c.id)
    .where(collection_decisions.c.id == bindparam("decision_id")),
)
_PUT_LOOK = insert(collection_looks)


def load(
    change: CollectionChange,
) -> Reading[LoadedCase[CollectionCase, CollectionTransitionResult]]:
    """A case behind the locks of its client's owed invoices, with the check for a repeat.

    Invoices are locked before the case, as money does, and in the order of their numbers.
    """
    return together(
        _loaded, loading.case(change.collection_id), STORE.checked(change.collection_id, change)
    ).behind(owed.lock(change.collection_id))


def facts(change: CollectionChange) -> Reading[DebtFacts]:
    """What a client owes and has been told today, read behind the locks of `load`."""
    return owed.facts(change.collection_id, change.at)


def stored(collection_id: str) -> Reading[CollectionTransitionResult | None]:
    """The state of a case; None for one that does not exist."""
    return every(STORE.latest(collection_id)).to(STORE.answer_from)


def opening(message: CollectionOpening) -> Reading[OpeningFacts]:
    """What a case is opened by."""
    return together(
        _opening_from,
        only(_INVOICE(invoice_number=invoice_of(message.request.collection_id))),
        only(in_force(POLICY, message.at)),
        CALENDAR,
        all_rules(),
    )


def decided(change: CollectionChange) -> Reading[Decided]:
    """A decision as it was stored."""
    return only(_DECISION(decision_id=uuid_of(change.submission_id))).to(_decided_from)


def put(
    transaction: Transaction,
    message: CollectionOpening,
    found: OpeningFacts,
    made: CollectionTransition,
) -> CollectionTransitionResult:
    """Stores a new case with its first change."""
    request = message.request
    change = CollectionChange(request.collection_id, 1, message.at, request.opened_by)
    columns = {
        "invoice_number": invoice_of(request.collection_id),
        "client_id": found.client_id,
        **made.columns,
    }
    STORE.put(transaction, request.collection_id, change, made.result, columns)
    return made.result


def put_look(transaction: Transaction, change: CollectionChange, effect: StoredLook) -> None:
    """Stores what was found before a change."""
    transaction.write(
        _PUT_LOOK,
        collection_id=change.collection_id,
        number=change.number,
        at=change.at,
        acquirer=effect.look.acquirer,
        entries=effect.look.entries,
        paid_kopecks=effect.paid_kopecks,
    )


def _loaded(
    case: CollectionCase, checked: ReplayCheck[CollectionTransitionResult]
) -> LoadedCase[CollectionCase, CollectionTransitionResult]:
    return LoadedCase(case, checked.replayed_result)


def _opening_from(
    found: OverdueInvoice, policy: PolicyRow, calendar: BankCalendar, rules: LegalRules
) -> OpeningFacts:
    if found.due_on is None:
        raise ValueError("an invoice without a day of payment is not owed")
    is_owed = found.voided_at is None and found.paid_kopecks < found.total_kopecks
    return OpeningFacts(
        found.client_id,
        found.due_on,
        is_owed,
        CollectionPolicy.from_document(policy.version, policy.document),
        calendar,
        rules,
    )


def _decided_from(found: DecisionRow) -> Decided:
    return Decided(
        answer=None if found.answer is None else Reason(found.answer),
        day=found.day,
        reason=found.reason,
        court=None if found.court is None else CourtKind(found.court),
        asked_since=found.asked_since,
    )
