"""«Платёж в пути» (payment claim): the client says the order is paid, with or without a
document.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from db.renewal import payment_claim as claims
from db.renewal import reads as cases_in
from db.renewal.reads import RenewalHead
from domain.case.decision import Decision
from domain.renewal.renewal import (
    RENEWAL_ACTIONS,
    RenewalAction,
    RenewalRefusal,
    RenewalStatus,
    RenewalTransitionResult,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import Noun, StatusText, conflict
from starter.commands.renewal.case import decide
from starter.commands.scan import Scan, judged, put_scan
from starter.commands.services import Services
from workflows.renewal import RenewalWorkflow


@command
async def claim_payment(
    services: Services, caller: Caller, command_id: UUID, renewal_id: str
) -> RenewalTransitionResult:
    """Stops the reminders for as long as a bank transfer may take; accountants are notified."""
    return await _claimed(services, caller, command_id, renewal_id, None)


@command
async def show_payment_order(
    services: Services, caller: Caller, command_id: UUID, renewal_id: str, content: bytes
) -> RenewalTransitionResult:
    """A claim with a PDF, JPEG or PNG of the payment order, which accountants check."""
    return await _claimed(services, caller, command_id, renewal_id, content)


async def _claimed(
    services: Services, caller: Caller, command_id: UUID, renewal_id: str, content: bytes | None
) -> RenewalTransitionResult:
    """Stores the claim and sends it to the case; a repeat returns the first answer."""
    claim_id = uuid5(command_id, "claim")
    heads, decided = await services.database.read(
        cases_in.head(renewal_id), cases_in.decision(renewal_id, claim_id)
    )
    case = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    _require_open(case)
    scan = None if content is None else await judged(content, services.scans)
    await _keep(services, caller, renewal_id, claim_id, scan)
    decision = Decision(caller.login, str(claim_id))
    return await decide(services, RenewalWorkflow.claim_payment, renewal_id, decision, command_id)


def _require_open(case: RenewalHead) -> None:
    """Avoids storing a claim that the case would refuse; the case itself checks again."""
    if RenewalAction.CLAIM_PAYMENT not in RENEWAL_ACTIONS.get(RenewalStatus(case.status), ()):
        status = StatusText(Noun.RENEWAL, case.status)
        raise conflict(RenewalRefusal.NOT_ALLOWED_IN_STATUS, status=status)
    if case.invoice_number is None:
        raise conflict(RenewalRefusal.NO_OPEN_ORDER)


async def _keep(
    services: Services, caller: Caller, renewal_id: str, claim_id: UUID, scan: Scan | None
) -> None:
    at = datetime.now(UTC)
    async with services.database.transaction() as transaction:
        if scan is not None:
            name = f"payment-order-{renewal_id}"
            await put_scan(transaction, caller, claim_id, scan, name=name, at=at)
        claims.put(
            transaction,
            claim_id,
            renewal_id=renewal_id,
            claimed_by=caller.login,
            at=at,
            media_type=None if scan is None else scan.media_type,
            sha256=None if scan is None else scan.sha256,
        )
