"""The notices about a renewal: who gets which, and when."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access.roles import Role
from domain.notification.notification import Notice
from domain.renewal.renewal import Ending, RenewalStatus


def _client(template: str) -> Notice:
    return Notice(Role.CLIENT, template)


RENEWAL_NOTICES: Mapping[RenewalStatus, tuple[Notice, ...]] = MappingProxyType(
    {
        RenewalStatus.AWAITING_PAYMENT: (_client("renewal_ordered"),),
        RenewalStatus.CHECKING_PAYMENT: (Notice(Role.ACCOUNTANT, "staff_statement_needed"),),
        RenewalStatus.PAID: (_client("renewal_paid"),),
        RenewalStatus.RENEWED: (_client("renewal_renewed"),),
        RenewalStatus.LAPSED: (_client("renewal_lapsed"),),
    }
)
"""The notices of entering a status, unless its reason has its own."""

ENDING_NOTICES: Mapping[Ending, tuple[Notice, ...]] = MappingProxyType(
    {
        Ending.NOT_ORDERED: (),
        Ending.CONTINUED: (),
        Ending.TERM_STOPPED: (),
        Ending.NEXT_REFUNDED: (),
        Ending.TERM_BOUGHT_AGAIN: (),
        Ending.CALENDAR: (),
        Ending.GRACE_OVER: (_client("renewal_closed"),),
        Ending.NOT_PAID: (_client("renewal_not_paid"),),
        Ending.CANCELLED: (_client("renewal_cancelled"),),
        Ending.CARD_REFUSED: (_client("renewal_card_refused"),),
        Ending.PAYMENT_REVERSED: (_client("renewal_payment_reversed"),),
        Ending.PAID_IN_PART: (_client("renewal_part_paid"),),
        Ending.CLAIMED: (
            _client("renewal_claimed"),
            Notice(Role.ACCOUNTANT, "staff_payment_claimed"),
        ),
    }
)
"""The notices of a change by its reason. Whoever stopped a term, or ordered another one, is not
notified.
"""

BALANCE_REMINDER = "renewal_balance_reminder"


_OVER = (Ending.NOT_ORDERED, Ending.NOT_PAID, Ending.NEXT_REFUNDED)


def renewal_notices(result: RenewalStatus, ending: Ending | None) -> tuple[Notice, ...]:
    """The notices of a change; the end of a term has the same notice, ordered or not."""
    is_over = result is RenewalStatus.LAPSED and ending in _OVER
    if ending is None or is_over:
        return RENEWAL_NOTICES.get(result, ())
    return ENDING_NOTICES[ending]
