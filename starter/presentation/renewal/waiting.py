"""Why a renewal stands: what is stored of it, read and judged."""

from datetime import UTC, datetime

from db.renewal import reads as cases_in
from db.renewal.reads import RenewalHistoryRow
from domain.card.card_payment import CardStatus
from domain.renewal.renewal import PayBy, RenewalStatus
from domain.renewal.waiting_reason import StandingRenewal, renewal_waits
from domain.renewal.waits import start_of_moscow_day
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from texts import Language

CHANGES_READ = 50
"""Changes of a case among which the beginning of its present status is looked for: later ones move
a deadline only.
"""
_NO_PAGE_YET = (None, CardStatus.PREPARED, CardStatus.UNKNOWN)


async def renewal_waiting(
    services: Services, caller: Caller, renewal_id: str, language: Language
) -> WaitingShown:
    """The answer for a case; raises `Refusal` `not_found` without one."""
    database = services.database
    heads, history, latest = await database.read(
        cases_in.head(renewal_id),
        cases_in.history(renewal_id, CHANGES_READ),
        cases_in.latest(renewal_id),
    )
    head, now = require_visible(caller, heads), datetime.now(UTC)
    result = cases_in.result_in(latest)
    starts_on = head.next_starts_on
    told = renewal_waits(
        StandingRenewal(
            RenewalStatus(head.status),
            _entered_at(history),
            wait=None if result is None else result.wait,
            next_starts_at=None if starts_on is None else start_of_moscow_day(starts_on),
            awaits_page=head.method == PayBy.BANK_CARD and head.card_status in _NO_PAGE_YET,
            has_order=head.invoice_number is not None,
            is_last=not head.has_later_term,
            failure=await failed_step_of(database, services.cases, renewal_id, head.changed_at),
        ),
        now,
    )
    return waiting_shown("renewal", told, language)


def _entered_at(history: list[RenewalHistoryRow]) -> datetime:
    """When the present status began; of the newest changes only the last is certain."""
    entered = (one.at for one in history if one.from_status != one.to_status)
    return next(entered, history[-1].at)
