"""A request for a higher limit, as a caller sees it."""

from datetime import date, datetime
from uuid import UUID

from db.subscription import limit_request as requests
from db.subscription.limit_request import RequestWithAnswer
from domain.access.roles import Role
from domain.subscription.limit_request import LimitRequestStatus
from starter.presentation.models import Roubles, Shown
from texts import Language
from texts.status import status_title


class OfferedShown(Shown):
    """The individual offer that came with an answer."""

    id: UUID
    tariff_code: str
    units: int
    price: Roubles
    valid_until: date


class LimitRequestShown(Shown):
    """A request for a higher limit."""

    id: UUID
    subscription_id: str
    subscription_title: str
    client_id: str
    client_name: str
    status: LimitRequestStatus
    title: str
    units_wanted: int
    text: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None
    offer: OfferedShown | None


def limit_request_shown(
    row: RequestWithAnswer, language: Language, role: Role
) -> LimitRequestShown:
    """A request with its answer, if there is one."""
    answered = row.answer_id is not None
    status = LimitRequestStatus.ANSWERED if answered else LimitRequestStatus.AWAITING_ANSWER
    return LimitRequestShown(
        id=row.id,
        subscription_id=row.subscription_id,
        subscription_title=row.title,
        client_id=row.client_id,
        client_name=row.client_name,
        status=status,
        title=status_title("limit_request", status, language, role),
        units_wanted=row.units_wanted,
        text=row.text,
        asked_at=row.asked_at,
        answer=row.answer,
        answered_at=row.answered_at,
        offer=_offered(row),
    )


def _offered(row: RequestWithAnswer) -> OfferedShown | None:
    """The offer has the id of its answer."""
    offered = requests.offer_from(row)
    if offered is None or row.answer_id is None:
        return None
    return OfferedShown(
        id=row.answer_id,
        tariff_code=offered.tariff_code,
        units=offered.units,
        price=offered.price_kopecks,
        valid_until=offered.valid_until,
    )
