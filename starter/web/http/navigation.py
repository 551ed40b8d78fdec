"""The sections of the cabinet, as the menu of every page lists them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A section: its first page, its icon, and how the addresses of its other pages begin.

    Its name is the text `page.section.<name>`.
    """

    name: str
    path: str
    icon: str
    beginnings: tuple[str, ...]


SECTIONS = (
    Section("orders", "/", "shopping-cart", ("/orders", "/refunds")),
    Section(
        "subscription",
        "/subscription",
        "gauge",
        ("/subscription", "/subscriptions", "/renewals", "/limit-requests"),
    ),
    Section("payments", "/payments", "banknote", ("/payments",)),
    Section("documents", "/documents", "file-text", ("/documents",)),
    Section("notifications", "/notifications", "bell", ("/notifications",)),
    Section("settings", "/settings", "settings", ("/settings",)),
)
"""In the order of the menu."""


def section_of(path: str) -> Section | None:
    """The section that an address belongs to."""
    for section in SECTIONS:
        if path == section.path or any(_is_under(path, one) for one in section.beginnings):
            return section
    return None


def _is_under(path: str, beginning: str) -> bool:
    return path == beginning or path.startswith(f"{beginning}/")
