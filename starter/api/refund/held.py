"""An accountant's decisions about a payout that is held for a reason on our side, over HTTP."""

from typing import Annotated

from pydantic import Field

from starter.api.http.models import Body, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.api.refund.case import AskedOfCase
from starter.commands.refund import decide as command
from starter.presentation.refund.state import CaseState

routes = router("refunds")


class WordBody(Body):
    """The reason, for staff; it stays with the case."""

    reason: Annotated[Note, Field(examples=["Баланс пополнен 24.11."])]


@routes.post(
    "/v1/refunds/{refund_id}/payout/retry",
    summary="Try a held payout again",
    responses=UNKNOWN,
)
async def retry_payout(body: WordBody, asked: AskedOfCase) -> CaseState:
    """Starts another attempt, for example after the balance was topped up: by the acquirer if it
    was the last to refuse, by the requisites if the statement names them.
    """
    return await asked.by(command.retry_payout, body.reason)


@routes.post(
    "/v1/refunds/{refund_id}/payout/by-bank",
    summary="Pay a held payout by the requisites",
    responses=UNKNOWN,
)
async def pay_by_bank(body: WordBody, asked: AskedOfCase) -> CaseState:
    """The whole sum is paid by the signed requisites in the next payment run.

    Take care: this also confirms that refunds the acquirer already made belong to something else.
    Only a refund made there afterwards holds the payout again.
    """
    return await asked.by(command.pay_by_bank, body.reason)


@routes.post(
    "/v1/refunds/{refund_id}/payout/given-back",
    summary="Record a refund made in the acquirer's cabinet",
    responses=UNKNOWN,
)
async def book_given_back(body: WordBody, asked: AskedOfCase) -> CaseState:
    """The client got the money by a refund made in the acquirer's cabinet: the case is completed.

    409 `given_back_less` when the refunds of one payment there are less than this case's sum.
    """
    return await asked.by(command.book_given_back, body.reason)
