"""What an accountant decides about a payout that is delayed on our side."""

from typing import Annotated

from pydantic import Field

from domain.refund.refund import Action
from starter.api.http.models import Body, Note
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.refund.case import UNKNOWN, CaseState, RefundId, state_of
from starter.api.refund.decision import Command, decided
from workflows.refund import RefundWorkflow

routes = router("refunds")


class WordBody(Body):
    """Why so: for our own people, it stays with the case."""

    reason: Annotated[Note, Field(examples=["Баланс пополнен 24.11."])]


@routes.post(
    "/v1/refunds/{refund_id}/payout/retry",
    summary="Try a held payout again",
    responses=UNKNOWN,
)
async def retry_payout(
    refund_id: RefundId,
    body: WordBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """Makes another attempt, after the balance was topped up, say: by the acquirer where it was the
    last to refuse, by the requisites where they are what was signed.
    """
    command = Command(
        refund_id, caller, command_id, Action.RETRY_PAYOUT, RefundWorkflow.retry_payout
    )
    return state_of(refund_id, await decided(command, database, cases, body.reason), language)


@routes.post(
    "/v1/refunds/{refund_id}/payout/by-bank",
    summary="Pay a held payout by the requisites",
    responses=UNKNOWN,
)
async def pay_by_bank(
    refund_id: RefundId,
    body: WordBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """The whole sum goes by the signed requisites in the next payment run.

    Take care: this is also your word that what was given back at the acquirer was for something
    else. Only what is given back there after it holds the payout once more.
    """
    command = Command(refund_id, caller, command_id, Action.PAY_BY_BANK, RefundWorkflow.pay_by_bank)
    return state_of(refund_id, await decided(command, database, cases, body.reason), language)


@routes.post(
    "/v1/refunds/{refund_id}/payout/given-back",
    summary="Book what was given back at the acquirer",
    responses=UNKNOWN,
)
async def book_given_back(
    refund_id: RefundId,
    body: WordBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """The client has the money by a refund made in the acquirer's cabinet: the case is completed.

    409 `given_back_less` where the refunds of one payment there are less than this case's sum.
    """
    command = Command(
        refund_id, caller, command_id, Action.BOOK_GIVEN_BACK, RefundWorkflow.book_given_back
    )
    return state_of(refund_id, await decided(command, database, cases, body.reason), language)
