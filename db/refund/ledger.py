"""The ledger lines that a refund stands on: of its invoice, its promise and its payouts."""

from datetime import datetime

from sqlalchemy import text

from db.query import Query, row, typed


@row
class LedgerLine:
    """A transfer of the ledger (kopecks); `id` is its place, accounts are as the ledger has them:
    `cash/acquirer`, `invoice/<number>`, `promised/<case>`, `transit/<case>/<attempt>`.
    """

    id: int
    kind: str
    debit_account: str
    credit_account: str
    amount_kopecks: int
    recorded_at: datetime


_OF_REFUND = typed(
    LedgerLine,
    text(
        """
WITH accounts AS (
    SELECT unnest(ARRAY['invoice/' || invoice_number, 'surplus/' || invoice_number,
                        'promised/' || id]) AS account
      FROM refunds WHERE id = :refund_id
    UNION ALL
    SELECT 'transit/' || case_id || '/' || attempt FROM payouts WHERE case_id = :refund_id
), moved AS (
    SELECT t.* FROM accounts a JOIN ledger_transfers t ON t.debit_account = a.account
    UNION
    SELECT t.* FROM accounts a JOIN ledger_transfers t ON t.credit_account = a.account
)
SELECT id, kind, debit_account, credit_account, amount_kopecks, recorded_at
  FROM moved ORDER BY id LIMIT :how_many
"""
    ),
    never_null=("id", "kind", "debit_account", "credit_account", "amount_kopecks", "recorded_at"),
)


def of_refund(refund_id: str, how_many: int) -> Query[LedgerLine]:
    """The first `how_many` lines of a case's accounts and of its invoice's, in their order; other
    refunds of the invoice are in them by what they took from it.
    """
    return _OF_REFUND(refund_id=refund_id, how_many=how_many)
