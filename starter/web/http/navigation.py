"""The sections of the cabinet and of the desk, as the menu of every page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.roles import Role
from starter.access import roles_of_page
from starter.caller import Caller


@dataclass(frozen=True)
class Section:
    """A section: its first page, its icon, and how the addresses of its other pages begin.

    Its name is the text `page.section.<name>`; `operation` is the row of the access table that says
    who has it, where not every caller does.
    """

    name: str
    path: str
    icon: str
    beginnings: tuple[str, ...]
    operation: str = ""


SECTIONS = (
    Section(
        "orders",
        "/",
        "shopping-cart",
        ("/orders", "/refunds", "/debts", "/disputes", "/dossiers", "/returns"),
    ),
    Section(
        "subscription",
        "/subscription",
        "gauge",
        ("/subscription", "/subscriptions", "/renewals", "/limit-requests"),
    ),
    Section("tickets", "/tickets", "mail", ("/tickets",)),
    Section("payments", "/payments", "banknote", ("/payments",)),
    Section("documents", "/documents", "file-text", ("/documents",)),
    Section("notifications", "/notifications", "bell", ("/notifications",)),
    Section("settings", "/settings", "settings", ("/settings",)),
)
"""Of the cabinet, in the order of the menu."""
DESK_SECTIONS = (
    Section(
        "desk", "/desk", "clock", ("/desk/refunds", "/desk/renewals", "/desk/returns"), "show_desk"
    ),
    Section("desk_tickets", "/desk/tickets", "mail", ("/desk/tickets",), "list_ticket_queue"),
    Section(
        "desk_disputes",
        "/desk/disputes",
        "triangle-alert",
        ("/desk/disputes",),
        "list_dispute_queue",
    ),
    Section(
        "desk_collections",
        "/desk/collections",
        "receipt",
        ("/desk/collections", "/desk/lawyer"),
        "list_collection_dossiers",
    ),
    Section("desk_runs", "/desk/runs", "banknote", ("/desk/runs",), "list_payment_runs"),
    Section(
        "desk_entries",
        "/desk/entries",
        "landmark",
        (
            "/desk/entries",
            "/desk/surpluses",
            "/desk/statements",
            "/desk/books",
        ),
        "list_bank_entries",
    ),
    Section(
        "desk_acquirer",
        "/desk/differences",
        "credit-card",
        ("/desk/differences", "/desk/receipts"),
        "list_acquirer_differences",
    ),
    Section(
        "desk_limits",
        "/desk/limit-requests",
        "gauge",
        ("/desk/limit-requests",),
        "list_limit_requests",
    ),
    Section(
        "desk_reports",
        "/desk/reports",
        "file-text",
        ("/desk/reports",),
        "read_refund_report",
    ),
    Section(
        "desk_operators",
        "/desk/operators",
        "triangle-alert",
        ("/desk/operators",),
        "list_failed_steps",
    ),
    Section(
        "desk_reference", "/desk/reference", "settings", ("/desk/reference",), "show_reference"
    ),
)
"""Of the desk."""


def sections_for(caller: Caller | None) -> Sequence[Section]:
    """The menu of a caller: a client's once it acts for an organisation, the staff's by role."""
    if caller is None:
        return ()
    if caller.role is Role.CLIENT:
        return SECTIONS if caller.client_id is not None else ()
    return [one for one in DESK_SECTIONS if caller.role in roles_of_page(one.operation)]


def section_of(path: str) -> Section | None:
    """The section that an address belongs to."""
    for section in (*SECTIONS, *DESK_SECTIONS):
        if path == section.path or any(_is_under(path, one) for one in section.beginnings):
            return section
    return None


def _is_under(path: str, beginning: str) -> bool:
    return path == beginning or path.startswith(f"{beginning}/")
