"""Who is notified of what happens to a return."""

from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.goods_return.goods_return import GoodsReturnStatus
from domain.notification.notification import Notice

REQUESTED = (
    Notice(Role.CLIENT, "goods_return_requested"),
    Notice(Role.SPECIALIST, "staff_goods_return_requested"),
)
AUTHORISED = Notice(Role.CLIENT, "goods_return_authorised")
AUTHORISED_DIGITAL = Notice(Role.CLIENT, "goods_return_authorised_digital")
REFUSED = Notice(Role.CLIENT, "goods_return_refused")
SHIPPED = Notice(Role.SPECIALIST, "staff_goods_return_shipped")
RECEIVED = Notice(Role.CLIENT, "goods_return_received")
DECIDED = Notice(Role.CLIENT, "goods_return_decided")
REJECTED = Notice(Role.CLIENT, "goods_return_rejected")
LOST = Notice(Role.CLIENT, "goods_return_lost")
LOST_SETTLED = Notice(Role.CLIENT, "goods_return_lost_settled")
SENT = Notice(Role.CLIENT, "goods_return_sent")
EXPIRED = Notice(Role.CLIENT, "goods_return_expired")
WITHDRAWN = Notice(Role.SPECIALIST, "staff_goods_return_withdrawn")
MONEY_BY_LAW = (
    Notice(Role.CLIENT, "goods_return_money_by_law"),
    Notice(Role.SPECIALIST, "staff_goods_return_money_by_law"),
)
MONEY_REFUSED = Notice(Role.SPECIALIST, "staff_goods_return_money_refused")
MONEY_TO_STOP = Notice(Role.SPECIALIST, "staff_goods_return_money_to_stop")
CARRIAGE_CLAIMED = Notice(Role.SPECIALIST, "staff_goods_return_carriage_claimed")
CARRIAGE_CONFIRMED = Notice(Role.ACCOUNTANT, "staff_goods_return_carriage_confirmed")
CARRIAGE_REFUSED = Notice(Role.CLIENT, "goods_return_carriage_refused")
CARRIAGE_PAID = Notice(Role.CLIENT, "goods_return_carriage_paid")
CLIENT_REMINDER = Notice(Role.CLIENT, "goods_return_reminder")
STAFF_REMINDER = Notice(Role.SPECIALIST, "staff_goods_return_reminder")
OVERDUE = Notice(Role.OPERATOR, "staff_goods_return_overdue")


def reminder_of(reminder: Reminder) -> Notice:
    """The notice of an open wait: to whoever is waited for, or of a deadline missed."""
    if reminder.waiting_for is Role.CLIENT:
        return CLIENT_REMINDER
    if reminder.escalate:
        return OVERDUE
    return CARRIAGE_CONFIRMED if reminder.waiting_for is Role.ACCOUNTANT else STAFF_REMINDER


def last_of_each_role(told: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """One change tells a role one thing: the last, which is what it has to act upon."""
    return tuple({notice.role: notice for notice in told}.values())


def ends_unpaid(status: GoodsReturnStatus) -> bool:
    """Whether nothing is owed for a return that is in this status."""
    return status in (
        GoodsReturnStatus.REJECTED,
        GoodsReturnStatus.EXPIRED,
        GoodsReturnStatus.WITHDRAWN,
        GoodsReturnStatus.REFUSED,
    )
