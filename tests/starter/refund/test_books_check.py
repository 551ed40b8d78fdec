"""The check of the books: silent over whole refunds, and it names every broken invariant."""

import pytest
import pytest_asyncio

from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from tests.books import Books, Line
from tests.starter.broken_invariants import Break, behind_the_back, changed, replaced
from tests.starter.refund.shop import SUBSCRIPTION, Shop

BREAKS = [
    changed("an invoice's lines add up to its total", "invoices", "total_kopecks", "+ 1"),
    changed("an invoice is paid by its payments", "payments", "amount_kopecks", "+ 1"),
    Break(
        "an invoice was last paid by the newest payment that stands",
        "UPDATE invoices SET last_paid_at = last_paid_at + interval '1 day'",
        "UPDATE invoices SET last_paid_at = last_payment_of(number)",
    ),
    Break(
        "what is promised of an invoice is the sum of its cases",
        "UPDATE invoices SET promised_kopecks = promised_kopecks - 1 WHERE promised_kopecks > 0",
        "UPDATE invoices SET promised_kopecks = promised_kopecks + 1 WHERE promised_kopecks > 0",
    ),
    Break(
        "no more is promised than was paid",
        "ALTER TABLE invoices DROP CONSTRAINT promised_at_most_paid,"
        " DROP CONSTRAINT surplus_is_not_for_lines;"
        " UPDATE invoices SET promised_kopecks = promised_kopecks + 1000000000000",
        "UPDATE invoices SET promised_kopecks = promised_kopecks - 1000000000000;"
        " ALTER TABLE invoices ADD CONSTRAINT promised_at_most_paid"
        " CHECK (promised_kopecks BETWEEN 0 AND paid_kopecks), ADD CONSTRAINT"
        " surplus_is_not_for_lines CHECK (promised_kopecks - surplus_promised_kopecks"
        " BETWEEN 0 AND paid_kopecks - surplus_kopecks)",
    ),
    changed(
        "no more is promised of a line than it cost", "calculation_lines", "sum_kopecks", "* 100"
    ),
    changed(
        "a case pays out its sum once it is completed, and never more",
        "payouts",
        "amount_kopecks",
        "- 1",
    ),
    Break(
        "no case is closed over an open inquiry",
        "ALTER TABLE refunds DROP CONSTRAINT inquiry_is_open;"
        " UPDATE refunds SET inquiry_id = gen_random_uuid() WHERE status = 'completed'",
        "UPDATE refunds SET inquiry_id = NULL; ALTER TABLE refunds ADD CONSTRAINT inquiry_is_open"
        " CHECK ((status = 'inquiry') = (inquiry_id IS NOT NULL))",
    ),
    Break(
        "an inquiry is about a payout that was paid",
        "INSERT INTO inquiries (id, refund_id, attempt, policy_version, checked_on, asked_by,"
        " asked_at) SELECT submission_id, refund_id, 1, 1, at, by, at FROM refund_history"
        " WHERE to_status = 'under_review'; UPDATE payouts SET status = 'rejected'",
        "DELETE FROM inquiries; UPDATE payouts SET status = 'paid'",
    ),
    changed(
        "a payment gives back no more than it brought", "payouts", "amount_kopecks", "+ 9000000000"
    ),
    changed("a case's history is whole and ends in its status", "refunds", "version", "+ 1"),
    Break(
        "every change of a case starts where the one before it ended",
        "UPDATE refund_history SET from_status = 'expired' WHERE number = 2",
        "UPDATE refund_history SET from_status = 'calculating' WHERE number = 2",
    ),
    changed("a payout's history is whole and ends in its status", "payouts", "version", "+ 1"),
    Break(
        "whoever calculated did not approve",
        "UPDATE refund_history SET by = by || '!' WHERE from_status = 'awaiting_approval';"
        " UPDATE calculations SET calculated_by = 'accountant-1!' WHERE kind = 'specialist'",
        "UPDATE refund_history SET by = rtrim(by, '!') WHERE from_status = 'awaiting_approval';"
        " UPDATE calculations SET calculated_by = 'specialist-1' WHERE kind = 'specialist'",
    ),
    replaced(
        "above the limit nothing is paid without an approval",
        "policies",
        "UPDATE policies SET document = jsonb_set(document, '{approval_limit_kopecks}', '1')",
    ),
    replaced(
        "above the limit no sum is automatic",
        "policies",
        "UPDATE policies SET document = jsonb_set(document, '{automatic_limit_kopecks}', '1')",
    ),
    replaced(
        "VAT of what goes back of a line adds up to the line's",
        "calculation_lines",
        "UPDATE calculation_lines SET vat_rate = 'vat22' WHERE sum_kopecks > 1000000000",
    ),
    replaced("money leaves only by a signed statement", "signatures", "DELETE FROM signatures"),
    replaced(
        "no mail is forgotten in the queue",
        "notifications",
        "UPDATE notifications SET created_at = now() - interval '73 hours'",
    ),
    replaced(
        "everybody a change concerns is told on every channel",
        "notifications",
        "DELETE FROM notifications WHERE template = 'refund_under_review' AND channel = 'inbox'",
    ),
    replaced(
        "every payment is in the ledger once, whole",
        "ledger_transfers",
        "UPDATE ledger_transfers SET amount_kopecks = amount_kopecks + 1"
        " WHERE kind = 'payment_received'",
    ),
    replaced(
        "what is free of an invoice is what was paid for its lines and not promised",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'promised'",
    ),
    replaced(
        "what is owed in a case is its promise less what is on its way or paid",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'payout_begun'",
    ),
    replaced(
        "money on its way is that of the payouts that are not settled",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'payout_paid'",
    ),
    replaced(
        "the money that we hold is what came less what left",
        "ledger_transfers",
        "UPDATE ledger_transfers SET credit_account = 'cash/bank' WHERE kind = 'payout_paid'",
    ),
    replaced(
        "no account of somebody's money is overdrawn",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'payment_received'",
    ),
    replaced(
        "a calculation made again gives the same",
        "calculations",
        "UPDATE calculations SET inputs = jsonb_set(inputs, '{stopped_on}', '\"2026-03-18\"')"
        " WHERE kind = 'automatic'",
    ),
    replaced(
        "a signature is under the content it is bound to",
        "statements",
        "UPDATE statements SET content = content || '{\"amount_kopecks\": 1}'",
    ),
]


@pytest_asyncio.fixture(scope="module")
async def played(shop: Shop) -> Shop:
    """A shop in which one refund was paid by itself, and one by three people."""
    straight = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    await straight.signed()
    await straight.by(Role.SPECIALIST, "acceptance")
    mixed = await shop.opened(Line(1_220_000_000, "service"), SUBSCRIPTION)
    entry = {
        "lines": [
            {"line_no": 1, "amount": "12200000.00"},
            {"line_no": 2, "amount": "0.00"},
        ],
        "deductions": [{"amount": "200000.00", "reason": "Выезд инженера"}],
        "reason": "Часть работ выполнена",
    }
    await mixed.by(Role.SPECIALIST, "calculation", entry)
    await mixed.signed()
    await mixed.by(Role.SPECIALIST, "acceptance")
    await mixed.by(Role.ACCOUNTANT, "approval")
    await straight.until("completed")
    await mixed.until("completed")
    withdrawn = await shop.opened(SUBSCRIPTION)
    await withdrawn.client.post(f"{withdrawn.path}/withdrawal")
    return shop


async def test_whole_refunds_leave_the_books_right(played: Shop, database: Database) -> None:
    assert [difference async for difference in differences(database)] == []


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.invariant)
async def test_a_broken_truth_is_named(
    played: Shop, database: Database, books: Books, broken: Break
) -> None:
    behind_the_back(books, broken.spoil)
    found = {difference.invariant async for difference in differences(database)}
    behind_the_back(books, broken.mend)
    assert broken.invariant in found
    assert [difference async for difference in differences(database)] == []
