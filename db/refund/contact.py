"""The address for the letters of one refund, and its letters that have not left."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select, text, update

from db.case.case_store import uuid_of
from db.database import Transaction
from db.facts import Reading, only
from db.notification import notification
from db.notification.notification import Occasion
from db.query import Query, row, typed
from db.tables import notifications, refund_history
from domain.access.roles import Role
from domain.notification.notification import (
    ONE_TIME_CODE,
    Notice,
    NotificationChannel,
    NotificationStatus,
)
from domain.refund.case import RedirectLetters
from domain.refund.contact import CONTACT_CORRECTED, ContactFacts, LastLetter
from domain.refund.refund import Change


@row
class FactsRow:
    """An address that the client of a case has named, null where it is the client's own; how often
    the case took one, and the last letter to the client.
    """

    email: str | None
    corrected: int
    template: str | None
    params: dict[str, Any] | None
    status: str | None
    created_at: datetime | None


@row
class ContactRow:
    """How often the address of a case was corrected, and what became of the latest letter to the
    present one; null before the first.
    """

    corrected: int
    latest: str | None


_of_case = (
    notifications.c.case_id == bindparam("of_case"),
    notifications.c.role == Role.CLIENT.value,
    notifications.c.channel == NotificationChannel.MAIL.value,
    notifications.c.template != ONE_TIME_CODE.template,
)
"""The letters of a case that go to its contact address: a code goes to the client itself."""
_FACTS = typed(
    FactsRow,
    text(
        """
SELECT CASE WHEN lower(named.email) <> lower(c.email) THEN named.email END AS email,
       (SELECT count(*) FROM refund_history AS h
         WHERE h.refund_id = r.id AND h.reason = :corrected_by) AS corrected,
       last.template, last.params, last.status, last.created_at
  FROM refund_contacts AS named
  JOIN refunds AS r ON r.client_id = named.client_id AND r.id = :refund_id
  JOIN clients AS c ON c.id = r.client_id
  LEFT JOIN LATERAL (
       SELECT n.template, n.params, n.status, n.created_at FROM notifications AS n
        WHERE n.case_id = r.id AND n.role = 'client' AND n.channel = 'mail'
          AND n.template <> :code
        ORDER BY n.number DESC LIMIT 1
  ) AS last ON true
 WHERE named.id = :contact_id
"""
    ),
    never_null=("corrected",),
)
_CONTACT = typed(
    ContactRow,
    select(
        select(cast(func.count(), BigInteger))
        .select_from(refund_history)
        .where(
            refund_history.c.refund_id == bindparam("of_case"),
            refund_history.c.reason == CONTACT_CORRECTED,
        )
        .scalar_subquery()
        .label("corrected"),
        select(notifications.c.status)
        .where(
            *_of_case,
            notifications.c.status != NotificationStatus.QUEUED.value,
            notifications.c.replaced_at.is_(None),
        )
        .order_by(notifications.c.number.desc())
        .limit(1)
        .scalar_subquery()
        .label("latest"),
    ),
    never_null=("corrected",),
)
_GIVE_UP = (
    update(notifications)
    .where(
        *_of_case,
        notifications.c.status != NotificationStatus.SENT.value,
        notifications.c.replaced_at.is_(None),
    )
    .values(
        status=NotificationStatus.FAILED.value,
        due_at=None,
        settled_at=func.coalesce(notifications.c.settled_at, bindparam("at")),
        replaced_at=bindparam("at"),
    )
)


def facts(refund_id: str, contact_id: str | None) -> Reading[ContactFacts]:
    """What a client has named, by its submission; raises where it was another client."""
    query = _FACTS(
        refund_id=refund_id,
        contact_id=uuid_of(contact_id),
        corrected_by=CONTACT_CORRECTED,
        code=ONE_TIME_CODE.template,
    )
    return only(query).to(_facts_in)


def of_case(refund_id: str) -> Query[ContactRow]:
    """How often the address of a case was corrected, and whether letters arrive there; one row."""
    return _CONTACT(of_case=refund_id)


def is_undelivered(contact: ContactRow) -> bool:
    """Whether the latest letter to the present address was given up."""
    return contact.latest == NotificationStatus.FAILED


def redirect(transaction: Transaction, change: Change, effect: RedirectLetters) -> None:
    """Gives up what has not left, for good, and queues one letter again as a new one."""
    transaction.write(_GIVE_UP, of_case=change.refund_id, at=datetime.now(UTC))
    if effect.again is None:
        return
    occasion = Occasion(
        change.refund_id, effect.client_id, f"change-{change.number}", effect.again.params
    )
    notices = (Notice(Role.CLIENT, effect.again.template),)
    notification.put(transaction, [occasion], notices, change.at, (NotificationChannel.MAIL,))


def _facts_in(found: FactsRow) -> ContactFacts:
    last = None
    if found.template is not None and found.created_at is not None:
        last = LastLetter(
            found.template,
            found.params or {},
            found.created_at,
            is_sent=found.status == NotificationStatus.SENT,
        )
    return ContactFacts(found.email, found.corrected, last)
