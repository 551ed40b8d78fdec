"""The statuses of cases in words: a client reads what to do, staff read what is waited for."""

from domain.access.roles import OUTSIDERS, Role
from texts.catalogue import Language, translate


def status_key(process: str, status: str, role: Role) -> str:
    """The key of a status for whoever has this role; `process` is `refund`, `renewal`,
    `limit_request`.
    """
    return f"{process}.{'status' if role in OUTSIDERS else 'staff_status'}.{status}"


def status_title(process: str, status: str, language: Language, role: Role) -> str:
    """A status in the words of whoever has this role."""
    return translate(status_key(process, status, role), language)
