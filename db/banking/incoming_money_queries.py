"""The statements of incoming entries and their candidate invoices, and the rows that they give."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from db.query import row, typed


@row
class WaitingEntry:
    """An entry that waits to be matched; `is_own`: it is from an account of ours."""

    id: UUID
    day: date
    amount_kopecks: int
    counterparty_name: str
    counterparty_inn: str | None
    purpose: str
    is_own: bool


@row
class NewInvoice:
    """An invoice for which held entries have not been matched again yet."""

    number: str
    matching_key: str


@row
class InvoiceNumber:
    """The number of an invoice."""

    number: str


@row
class CandidateInvoice:
    """An invoice that an entry may be for, with the INNs of everybody who pays for its client."""

    number: str
    client_id: str
    matching_key: str
    total_kopecks: int
    paid_kopecks: int
    surplus_kopecks: int
    issued_on: date
    voided_at: datetime | None
    client_name: str
    client_inn: str | None
    payer_inn: str | None
    known_inns: list[str]
    order_inns: list[str]


@row
class RecordedPayment:
    """A bank transfer that billing wrote and that no entry is linked with."""

    id: str
    invoice_number: str
    amount_kopecks: int
    received_at: datetime


_LISTED = "ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(:{} AS jsonb))))"

WAITING = typed(
    WaitingEntry,
    text(
        """
SELECT id, day, amount_kopecks, counterparty_name, counterparty_inn, purpose,
       EXISTS (SELECT FROM own_accounts o WHERE o.account = counterparty_account) AS is_own
  FROM bank_entries
 WHERE status = 'unmatched' AND direction = 'in' AND hold_reason IS NULL AND NOT needs_person
   AND (day, id) > (:after_day, :after_id)
 ORDER BY day, id LIMIT :at_most
"""
    ),
    never_null=("is_own",),
)

NAMING = typed(
    WaitingEntry,
    text(
        """
SELECT id, day, amount_kopecks, counterparty_name, counterparty_inn, purpose,
       EXISTS (SELECT FROM own_accounts o WHERE o.account = counterparty_account) AS is_own
  FROM bank_entries
 WHERE status = 'unmatched' AND direction = 'in' AND NOT needs_person
   AND hold_keys && ARRAY(SELECT jsonb_array_elements_text(CAST(:keys AS jsonb)))
   AND (day, id) > (:after_day, :after_id)
 ORDER BY day, id LIMIT :at_most
"""
    ),
    never_null=("is_own",),
)

NOT_REMATCHED = typed(
    NewInvoice,
    text(
        """
SELECT number, matching_key FROM invoices WHERE NOT rematched ORDER BY number LIMIT :at_most
"""
    ),
)

KEYS_OF = typed(
    NewInvoice,
    text(
        """
SELECT number, matching_key FROM invoices WHERE number = :invoice_number AND matching_key <> ''
"""
    ),
)

MARK_REMATCHED = text(
    f"""
WITH locked AS (
    SELECT number FROM invoices WHERE number = {_LISTED.format("numbers")}
     ORDER BY number FOR NO KEY UPDATE
)
UPDATE invoices SET rematched = true FROM locked WHERE invoices.number = locked.number
"""  # noqa: S608 - our own names
)

NUMBERS = typed(
    InvoiceNumber,
    text(
        f"""
WITH named AS (
    SELECT number, client_id FROM invoices
     WHERE matching_key = {_LISTED.format("keys")} AND matching_key <> ''
), payers AS (
    SELECT id AS client_id FROM clients WHERE inn = {_LISTED.format("inns")}
    UNION SELECT client_id FROM orders WHERE payer_inn = {_LISTED.format("inns")}
    UNION SELECT client_id FROM known_payers WHERE inn = {_LISTED.format("inns")}
    UNION SELECT client_id FROM named
)
SELECT number FROM named
UNION
SELECT i.number FROM payers JOIN invoices i ON i.client_id = payers.client_id
 WHERE i.voided_at IS NULL AND i.paid_kopecks < i.total_kopecks
 LIMIT :at_most
"""  # noqa: S608 - our own names
    ),
    never_null=("number",),
)

_NAMED = _LISTED.format("numbers")
_OF_INSTRUCTION = """ANY (ARRAY(
    SELECT share->>'invoice_number'
      FROM entry_instructions x, jsonb_array_elements(x.shares) AS share
     WHERE x.id = :instruction_id
    UNION
    SELECT invoice_number FROM allocations WHERE entry_id = :of_entry AND undone_at IS NULL))"""
"""The invoices of an instruction: those of its shares, and those its entry is allocated to."""

_facts = """
SELECT i.number, i.client_id, i.matching_key, i.total_kopecks, i.paid_kopecks, i.surplus_kopecks,
       i.issued_on, i.voided_at, c.name AS client_name, c.inn AS client_inn, o.payer_inn,
       ARRAY(SELECT k.inn FROM known_payers k WHERE k.client_id = i.client_id) AS known_inns,
       ARRAY(SELECT DISTINCT other.payer_inn FROM orders other
              WHERE other.client_id = i.client_id AND other.payer_inn IS NOT NULL) AS order_inns
  FROM invoices i
  JOIN clients c ON c.id = i.client_id
  LEFT JOIN issued_invoices own ON own.invoice_number = i.number
  LEFT JOIN orders o ON o.id = own.order_id
 WHERE i.number = {}
 ORDER BY i.number
"""
_recorded = """
SELECT p.id, p.invoice_number, p.amount_kopecks, p.received_at FROM payments p
 WHERE p.invoice_number = {} AND p.method = 'bank_transfer'
   AND NOT EXISTS (SELECT FROM allocations a WHERE a.payment_id = p.id AND a.undone_at IS NULL)
   AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
 ORDER BY p.received_at, p.id
"""
_LOCKING = f"{_facts} FOR NO KEY UPDATE OF i"
_KNOWN = (
    "number",
    "client_id",
    "matching_key",
    "total_kopecks",
    "paid_kopecks",
    "surplus_kopecks",
    "issued_on",
    "client_name",
    "known_inns",
    "order_inns",
)

FACTS = typed(CandidateInvoice, text(_facts.format(_NAMED)), never_null=_KNOWN)

FACTS_LOCKED = typed(CandidateInvoice, text(_LOCKING.format(_NAMED)), never_null=_KNOWN)

FACTS_OF_INSTRUCTION = typed(
    CandidateInvoice, text(_LOCKING.format(_OF_INSTRUCTION)), never_null=_KNOWN
)

RECORDED = typed(RecordedPayment, text(_recorded.format(_NAMED)))

RECORDED_OF_INSTRUCTION = typed(RecordedPayment, text(_recorded.format(_OF_INSTRUCTION)))

HOLD = text(
    """
WITH held AS (
    SELECT h.* FROM jsonb_to_recordset(CAST(:held AS jsonb))
        AS h (id uuid, reason text, score integer, keys jsonb)
), locked AS (
    SELECT e.id, held.reason, held.score, held.keys FROM bank_entries e JOIN held ON held.id = e.id
     WHERE e.status = 'unmatched' AND NOT e.needs_person
     ORDER BY e.id FOR NO KEY UPDATE OF e
)
UPDATE bank_entries e SET hold_reason = locked.reason, hold_score = locked.score,
       hold_keys = ARRAY(SELECT jsonb_array_elements_text(locked.keys))
  FROM locked WHERE e.id = locked.id
"""
)
