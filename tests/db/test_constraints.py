"""Every rule about money, moves and papers is tried by breaking it, in the database itself."""

from dataclasses import dataclass
from typing import LiteralString

import psycopg
import pytest
import pytest_asyncio

from db.database import Database
from domain.payout.payout import PayoutStatus
from tests.activities.walk import opened, paid, paying
from tests.books import Books, Line
from tests.domain.refund.test_policy import POLICY

APPEND_ONLY = "KP001"
ABOVE_APPROVAL = POLICY.approval_limit_kopecks + 1


@dataclass(frozen=True)
class Ids:
    """Cases in several statuses, and their papers."""

    waiting: str
    invoice: str
    signed: str
    paying: str
    paid: str
    ended: str
    statement: str
    code: str
    scan: str
    signature: str
    remark: str
    other_statement: str
    payment: str


@pytest_asyncio.fixture(scope="module")
async def ids(database: Database, books: Books) -> Ids:
    waiting, signed = await opened(database, books), await opened(database, books)
    ended = await opened(database, books)
    ended.took(await ended.steps.withdraw(ended.next("client")))
    statement = books.statement(waiting.refund_id)
    signature = books.signed(signed.refund_id)
    signed.took(await signed.steps.record_statement(signed.next("client", signature)))
    sent, done = await paying(database, books), await paid(database, books)
    row = books.row("SELECT * FROM refunds WHERE id = %(id)s", id=signed.refund_id)
    return Ids(
        waiting=waiting.refund_id,
        invoice=waiting.refund_id.split("-")[1],
        signed=signed.refund_id,
        paying=sent.refund_id,
        paid=done.refund_id,
        ended=ended.refund_id,
        statement=statement,
        code=books.code(statement),
        scan=books.scan(waiting.refund_id),
        signature=signature,
        remark=books.remark(waiting.refund_id),
        other_statement=str(row.statement_id),
        payment=books.row(
            "SELECT payment_id FROM payouts WHERE case_id = %(id)s", id=done.refund_id
        )[0],
    )


NEW_CASE = """INSERT INTO refunds (id, invoice_number, ordinal, client_id, status, version, asked,
    stopped_on, policy_version, opened_at, changed_at)
    SELECT 'refund-' || number || '-2', number, 2, client_id, 'calculating', 1, '[]',
    '2026-03-17', 1, now(), now()
    FROM invoices WHERE number = %(invoice)s"""
NEW_PAYOUT = """INSERT INTO payouts
    SELECT (jsonb_populate_record(payouts, jsonb_build_object('attempt', attempt + 1))).*
    FROM payouts WHERE case_id = %(paying)s"""
NEXT = """INSERT INTO refund_history (refund_id, number, from_status, to_status, at, by, answer)
    VALUES (%(waiting)s, 3, 'awaiting_statement', {to}, now(), 'test', '{{}}')"""

BROKEN: dict[str, tuple[LiteralString, str]] = {
    # Money.
    "promised above paid": (
        "UPDATE invoices SET promised_kopecks = paid_kopecks + 1 WHERE number = %(invoice)s",
        "promised_at_most_paid",
    ),
    "paid below promised": (
        "UPDATE invoices SET paid_kopecks = promised_kopecks - 1 WHERE number = %(invoice)s",
        "promised_at_most_paid",
    ),
    "a negative promise": (
        "UPDATE invoices SET promised_kopecks = -1 WHERE number = %(invoice)s",
        "promised_at_most_paid",
    ),
    "a sum above what was paid": (
        "UPDATE refunds SET sum_kopecks = sum_kopecks + 1 WHERE id = %(waiting)s",
        "promised_at_most_paid",
    ),
    "a sum that nobody calculated": (
        "UPDATE refunds SET sum_kopecks = sum_kopecks - 1 WHERE id = %(waiting)s",
        "sum_is_calculated",
    ),
    "a sum without a calculation": (
        "UPDATE refunds SET calculation_id = NULL WHERE id = %(waiting)s",
        "sum_has_calculation",
    ),
    "another case's calculation": (
        """UPDATE refunds SET calculation_id =
            (SELECT calculation_id FROM refunds WHERE id = %(signed)s) WHERE id = %(waiting)s""",
        "sum_is_calculated",
    ),
    "a negative payment": (
        """INSERT INTO payments (id, invoice_number, method, amount_kopecks, received_at)
            VALUES ('minus', %(invoice)s, 'bank_transfer', -1, now())""",
        "payments_amount_kopecks_check",
    ),
    "a card payment without its acquirer": (
        """INSERT INTO payments (id, invoice_number, method, amount_kopecks, received_at)
            VALUES ('card', %(invoice)s, 'bank_card', 1, now())""",
        "acquired_unless_transferred",
    ),
    "one acquirer payment twice": (
        """INSERT INTO payments (id, invoice_number, method, acquirer_payment_id, amount_kopecks,
            received_at) SELECT 'twice', invoice_number, method, acquirer_payment_id, 1, now()
            FROM payments WHERE id = %(payment)s""",
        "payments_acquirer_payment_id_key",
    ),
    "a payment changed": (
        "UPDATE payments SET amount_kopecks = 1 WHERE id = %(payment)s",
        APPEND_ONLY,
    ),
    "a payment deleted": ("DELETE FROM payments WHERE id = %(payment)s", APPEND_ONLY),
    # Cases and their moves.
    "two cases before the first payout": (NEW_CASE, "one_case_before_payout"),
    "a case with another's id": (
        NEW_CASE.replace("'-2'", "'-3'"),
        "id_says_invoice_and_ordinal",
    ),
    "a case deleted": ("DELETE FROM refunds WHERE id = %(ended)s", APPEND_ONLY),
    "an unknown status": (
        "UPDATE refunds SET status = 'lost' WHERE id = %(waiting)s",
        "refunds_status_fkey",
    ),
    "a status that is not the last of the history": (
        "UPDATE refunds SET status = 'expired', closed_at = now() WHERE id = %(waiting)s",
        "status_is_the_last_of_history",
    ),
    "a version that is not the last of the history": (
        "UPDATE refunds SET version = 3 WHERE id = %(waiting)s",
        "status_is_the_last_of_history",
    ),
    "a move that is not allowed": (
        NEXT.format(to="'completed'"),
        "refund_history_from_status_to_status_fkey",
    ),
    "a move from where the case is not": (
        """INSERT INTO refund_history (refund_id, number, from_status, to_status, at, by, answer)
            VALUES (%(waiting)s, 3, 'under_review', 'paying', now(), 'test', '{}')""",
        "refund_history_refund_id_previous_from_status_fkey",
    ),
    "a history with a gap": (
        """INSERT INTO refund_history (refund_id, number, from_status, to_status, at, by, answer)
            VALUES (%(waiting)s, 4, 'awaiting_statement', 'expired', now(), 'test', '{}')""",
        "refund_history_refund_id_previous_from_status_fkey",
    ),
    "one change twice": (
        """INSERT INTO refund_history (refund_id, number, from_status, to_status, at, by, answer)
            VALUES (%(waiting)s, 2, 'calculating', 'declined', now(), 'test', '{}')""",
        "refund_history_pkey",
    ),
    "a history that begins elsewhere": (
        """INSERT INTO refund_history (refund_id, number, to_status, at, by, answer)
            VALUES ('refund-none-1', 1, 'paying', now(), 'test', '{}')""",
        "begins_by_calculating",
    ),
    "a history without a case": (
        """INSERT INTO refund_history (refund_id, number, to_status, at, by, answer)
            VALUES ('refund-none-1', 1, 'calculating', now(), 'test', '{}')""",
        "refund_history_refund_id_fkey",
    ),
    "a history changed": (
        "UPDATE refund_history SET by = 'nobody' WHERE refund_id = %(waiting)s",
        APPEND_ONLY,
    ),
    "a history deleted": ("DELETE FROM refund_history WHERE refund_id = %(waiting)s", APPEND_ONLY),
    "completed without a day": (
        "UPDATE refunds SET paid_on = NULL WHERE id = %(paid)s",
        "completed_is_paid",
    ),
    "ended but still open": (
        "UPDATE refunds SET closed_at = NULL WHERE id = %(ended)s",
        "refused_promises_nothing",
    ),
    # Papers.
    "another sum's statement": (
        """INSERT INTO statements (id, refund_id, calculation_id, sum_kopecks, recipient_name, bic,
            account, bank_name, content, content_sha256, drawn_up_at)
            SELECT gen_random_uuid(), refund_id, calculation_id, sum_kopecks - 1, recipient_name,
            bic, account, bank_name, content, content_sha256, now()
            FROM statements WHERE id = %(statement)s""",
        "statements_calculation_id_refund_id_sum_kopecks_fkey",
    ),
    "another case's statement": (
        "UPDATE refunds SET statement_id = %(other_statement)s WHERE id = %(waiting)s",
        "statement_is_of_this_sum",
    ),
    "under review without a statement": (
        "UPDATE refunds SET statement_id = NULL WHERE id = %(signed)s",
        "paid_by_statement",
    ),
    "a statement changed": (
        "UPDATE statements SET account = '40702810900000000002' WHERE id = %(statement)s",
        APPEND_ONLY,
    ),
    "a calculation changed": (
        "UPDATE calculations SET sum_kopecks = 0 WHERE refund_id = %(waiting)s",
        APPEND_ONLY,
    ),
    "a calculation's line deleted": (
        """DELETE FROM calculation_lines WHERE calculation_id =
            (SELECT calculation_id FROM refunds WHERE id = %(waiting)s)""",
        APPEND_ONLY,
    ),
    "a scan changed": ("UPDATE scans SET sha256 = '' WHERE id = %(scan)s", APPEND_ONLY),
    "a signature deleted": ("DELETE FROM signatures WHERE id = %(signature)s", APPEND_ONLY),
    "a remark changed": ("UPDATE remarks SET text = 'да' WHERE id = %(remark)s", APPEND_ONLY),
    "a policy changed": ("UPDATE policies SET document = '{}'", APPEND_ONLY),
    "a scan that is no file of the store": (
        """INSERT INTO scans (id, refund_id, media_type, size_bytes, sha256, uploaded_at)
            SELECT gen_random_uuid(), refund_id, media_type, size_bytes, sha256, now()
            FROM scans WHERE id = %(scan)s""",
        "scan_is_its_file",
    ),
    "a scan whose file is deleted": ("DELETE FROM files WHERE id = %(scan)s", "scan_is_its_file"),
    "a program as a scan": (
        """INSERT INTO scans (id, refund_id, media_type, size_bytes, sha256, uploaded_at)
            SELECT gen_random_uuid(), refund_id, 'application/x-msdownload', size_bytes, sha256,
            now() FROM scans WHERE id = %(scan)s""",
        "scans_media_type_check",
    ),
    "a code's sixth attempt": (
        "UPDATE one_time_codes SET attempts = 6 WHERE id = %(code)s",
        "one_time_codes_attempts_check",
    ),
    "two signatures under one statement": (
        """INSERT INTO signatures (id, statement_id, method, content_sha256, code_id, signed_at)
            SELECT gen_random_uuid(), statement_id, method, content_sha256, %(code)s, now()
            FROM signatures WHERE id = %(signature)s""",
        "signatures_statement_id_key",
    ),
    "one code under two statements": (
        """INSERT INTO signatures (id, statement_id, method, content_sha256, code_id, signed_at)
            SELECT gen_random_uuid(), %(statement)s, method, content_sha256, code_id, now()
            FROM signatures WHERE id = %(signature)s""",
        "signatures_code_id_key",
    ),
    "a signature without its evidence": (
        """INSERT INTO signatures (id, statement_id, method, content_sha256, signed_at)
            VALUES (gen_random_uuid(), %(statement)s, 'one_time_code', '', now())""",
        "evidence_fits_method",
    ),
    "a score above five": (
        "INSERT INTO feedback (refund_id, score, at) VALUES (%(paid)s, 6, now())",
        "feedback_score_check",
    ),
    "a deduction too many": (
        """INSERT INTO calculation_deductions (calculation_id, number, amount_kopecks, reason)
            SELECT calculation_id, 21, 1, 'акт' FROM refunds WHERE id = %(waiting)s""",
        "calculation_deductions_number_check",
    ),
    # Payouts.
    "a second live payout": (NEW_PAYOUT, "one_live_payout_per_case"),
    "a payout that is not its history": (
        "UPDATE payouts SET version = 9 WHERE case_id = %(paying)s",
        "status_is_the_last_of_history",
    ),
    "a paid payout without its day": (
        "UPDATE payouts SET settled_on = NULL WHERE case_id = %(paid)s",
        "paid_has_a_day",
    ),
    "a payout's move that is not allowed": (
        """INSERT INTO payout_history (case_id, attempt, number, from_status, to_status, at)
            VALUES (%(paid)s, 1, 3, 'paid', 'rejected', now())""",
        "payout_history_from_status_to_status_fkey",
    ),
    "a payout's history that begins elsewhere": (
        """INSERT INTO payout_history (case_id, attempt, number, to_status, at)
            VALUES (%(paid)s, 2, 1, 'paid', now())""",
        "begins_prepared",
    ),
    "a payout's history changed": (
        "UPDATE payout_history SET reason = '' WHERE case_id = %(paid)s",
        APPEND_ONLY,
    ),
    # Invoices, notifications, calendar.
    "a service centre without a name": (
        "UPDATE invoices SET issued_by = 'service_centre' WHERE number = %(invoice)s",
        "service_centre_is_named",
    ),
    "half a period": (
        "UPDATE invoice_lines SET period_start = '2026-01-01' WHERE invoice_number = %(invoice)s",
        "period_is_whole",
    ),
    "one notice twice on a channel": (
        """INSERT INTO notifications (id, case_id, occasion, role, client_id, channel, template,
            params, status, due_at, created_at)
            SELECT gen_random_uuid(), case_id, occasion, role, client_id, channel, template,
            params, status, due_at, now() FROM notifications
            WHERE case_id = %(waiting)s AND channel = 'mail'""",
        "notified_once_per_channel",
    ),
    "a letter to a client without a name": (
        "UPDATE notifications SET client_id = NULL WHERE case_id = %(waiting)s",
        "client_is_named",
    ),
    "a queued letter that is never due": (
        "UPDATE notifications SET due_at = NULL WHERE case_id = %(waiting)s AND channel = 'mail'",
        "queued_is_due",
    ),
    "a calendar's history deleted": (
        "WITH put AS (SELECT 1) DELETE FROM calendar_history",
        APPEND_ONLY,
    ),
}


@pytest.mark.parametrize("rule", list(BROKEN))
def test_the_database_refuses(rule: str, books: Books, ids: Ids) -> None:
    sql, expected = BROKEN[rule]
    books.connection.execute("BEGIN")
    try:
        books.put(
            "calendar_history",
            day="2026-01-02",
            reason="указ",
            author="operator",
            at="2026-01-01T00:00Z",
        )
        with pytest.raises(psycopg.Error) as error:
            _break(books, sql, ids)
    finally:
        books.connection.execute("ROLLBACK")
    assert expected in (error.value.diag.constraint_name, error.value.sqlstate)


def _break(books: Books, sql: LiteralString, ids: Ids) -> None:
    books.connection.execute(sql, vars(ids))
    books.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_a_case_gave_up_may_be_promised_again(books: Books, ids: Ids) -> None:
    row = books.row(
        "SELECT promised_kopecks FROM invoices JOIN refunds ON invoice_number = number"
        " WHERE refunds.id = %(id)s",
        id=ids.ended,
    )
    assert row.promised_kopecks == 0


async def test_a_second_case_opens_as_soon_as_the_first_is_paid(
    database: Database, books: Books
) -> None:
    number = books.invoice(Line(1_000), Line(2_000))
    walk = await paying(database, books, number)
    assert walk.result.sum_kopecks == 3_000
    await walk.settled(PayoutStatus.PAID)
    await walk.completed()
    books.payment(number, 500)
    books.connection.execute("BEGIN")
    sql = NEW_CASE.replace("%(invoice)s", "%(number)s")
    books.connection.execute(sql.encode(), {"number": number})
    books.connection.execute("ROLLBACK")


async def test_no_spelling_of_a_login_approves_what_it_calculated(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books, books.invoice(Line(ABOVE_APPROVAL, "service")))
    await walk.calculated(ABOVE_APPROVAL, by="petrova")
    await walk.signed()
    await walk.accepted()
    books.connection.execute("BEGIN")
    with pytest.raises(psycopg.Error) as error:
        books.put(
            "refund_history",
            refund_id=walk.refund_id,
            number=5,
            from_status="awaiting_approval",
            to_status="paying",
            by="Petrova\u200b",
            at="2026-01-01T00:00Z",
        )
    books.connection.execute("ROLLBACK")
    assert error.value.diag.constraint_name == "approved_by_another"
