"""What every command about a subscription shares: visibility."""

from collections.abc import Sequence

from db.subscription.subscription import SubscriptionRow
from starter.access import require_own
from starter.caller import Caller
from starter.commands.refusal import not_found


def require_visible(caller: Caller, rows: Sequence[SubscriptionRow]) -> SubscriptionRow:
    """The subscription out of the rows of `one`; another client's is `not_found`."""
    if not rows:
        raise not_found()
    require_own(caller, rows[0].client_id)
    return rows[0]
