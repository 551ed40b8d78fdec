"""Passing on what the bank said: to a payout's process, to a refund whose money came back."""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from db import payout
from db.database import Database
from domain.payout import Answer, PayoutRequest, PayoutStatus, payout_workflow_id

BANK_SAID = "bank_said"
"""The payout's signal."""

SETTLED = (PayoutStatus.PAID, PayoutStatus.REJECTED, PayoutStatus.RETURNED)


class PayoutNotListening(Exception):  # noqa: N818  the name says what is the matter
    """A payout that is not settled has no process now; it begins a moment after its row, or an
    operator ended it.
    """


async def tell_payout(
    client: Client, database: Database, payout_key: PayoutRequest, answer: Answer
) -> bool:
    """Hands the bank's word to a payout's process; False when it had been settled before.

    Raises `PayoutNotListening` when nobody took the word of a payout that still waits for it.
    """
    workflow_id = payout_workflow_id(payout_key.case_id, payout_key.attempt)
    try:
        await client.get_workflow_handle(workflow_id).signal(BANK_SAID, answer)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    else:
        return True
    row = await payout.find(database, payout_key)
    if row is None or row.status not in SETTLED:
        raise PayoutNotListening(workflow_id)
    return False
