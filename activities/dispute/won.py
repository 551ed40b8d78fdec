"""Opens refunds again that a chargeback had paid which we have won."""

from temporalio import activity

from activities.banking.signal_payouts import signal_return
from db.database import Database
from db.dispute import taken_back
from domain.dispute.case import DisputeCase
from domain.dispute.dispute import DisputeStatus
from domain.payout.payout import PayoutReturn
from texts import translate


async def reopen_booked(database: Database, case: DisputeCase) -> None:
    """Tells each of these refunds that its money came back; a repeat changes nothing.

    Raises `RefundNotListening` where no process of an open one is running.
    """
    if case.status is not DisputeStatus.WON or case.taken_back_id is None:
        return
    reason, queue = translate("dispute.chargeback.won"), activity.info().task_queue
    for payout in await database.rows(taken_back.booked(case.taken_back_id)):
        returned = PayoutReturn(payout.attempt, reason)
        await signal_return(activity.client(), database, queue, payout.refund_id, returned)
