"""«?»: what each status means, how long things take by the policies in force, whom to ask."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from db.case import policy as policies
from domain.access.roles import Role
from domain.case.waiting import DayUnit, WaitPolicy
from domain.refund.refund import RefundStatus
from starter.commands.billing.contact import EMAIL_LINK_HOURS
from starter.web.cabinet.orders import SHOP_STATUSES
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep
from texts import Language, translate, translate_many

HELP = "/help"

routes = pages()


@dataclass(frozen=True)
class Stage:
    """A status of a refund: how long it lasts at most, in words, where the policy says so."""

    status: RefundStatus
    at_most: str | None


@routes.get(HELP)
async def show_help(visit: VisitDep) -> Response:
    """The same for everybody, also before the log-in."""
    now = datetime.now(UTC)
    (refunds,), (renewals,) = await visit.database.read(
        policies.valid_at(now), policies.renewal_valid_at(now)
    )
    policy, settings = policies.policy_from(refunds), visit.services.settings
    return visit.page(
        "help.html",
        order_statuses=SHOP_STATUSES,
        stages=[
            Stage(status, _length(policy.waits.get(status), visit.language))
            for status in RefundStatus
        ],
        policy=policy,
        renewal=policies.renewal_policy_from(renewals),
        email_hours=EMAIL_LINK_HOURS,
        support_email=settings.support_email,
        support_phone=settings.support_phone,
    )


def _length(wait: WaitPolicy | None, language: Language) -> str | None:
    """The longest that a status lasts, and by whom it is ended."""
    if wait is None:
        return None
    counted = "count.bank_days" if wait.unit is DayUnit.BANK_DAYS else "count.days"
    days = translate_many(counted, wait.at_most, language)
    key = "page.help.yours" if wait.waiting_for is Role.CLIENT else "page.help.ours"
    return translate(key, language, days=days)
