"""Who is notified of what happens to an unpaid order, beside its letters."""

from domain.access.roles import Role
from domain.collection.policy import Tone
from domain.notification.notification import Notice

FOUND = Notice(Role.OPERATOR, "staff_collection_found")
"""A look found money that our books had not told of."""
PAID = Notice(Role.CLIENT, "collection_paid")
SAID = Notice(Role.ACCOUNTANT, "staff_collection_said")
"""A client says that it does not want the order, that it cannot pay, or that it disagrees."""
PROMISED = Notice(Role.CLIENT, "collection_promised")
BROKEN = Notice(Role.ACCOUNTANT, "staff_collection_promise_broken")
RETURNED = Notice(Role.SPECIALIST, "staff_collection_returned")
"""The lawyer hands a debt back."""
ESCALATION = Notice(Role.OPERATOR, "staff_collection_escalation")
WRITE_OFF_PROPOSED = Notice(Role.ACCOUNTANT, "staff_collection_write_off")
LIMITATION = Notice(Role.ACCOUNTANT, "staff_collection_limitation")


def legal(whom: Role) -> Notice:
    """Whoever the policy has see to it is told that a debt has come to the lawyer's queue."""
    return Notice(whom, "staff_collection_legal")


def reminder(whom: Role) -> Notice:
    """The same is reminded of it."""
    return Notice(whom, "staff_collection_reminder")


def letter(tone: Tone) -> Notice:
    """A letter to the client."""
    return Notice(Role.CLIENT, f"collection_{tone}")
