"""Where a letter leads whom it is written to."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from domain.access.roles import Role
from texts.notification import HIDDEN_CODE, params_of, params_without_code

CABINET = "https://cabinet.example"


@dataclass(frozen=True)
class Row:
    """A notification's row."""

    role: str
    case_id: str | None
    params: dict[str, Any] = field(default_factory=dict)
    client_name: str | None = None


@pytest.mark.parametrize(
    ("row", "link"),
    [
        (Row(Role.CLIENT, "refund-7-1"), "https://cabinet.example/refunds/refund-7-1"),
        (Row(Role.ACCOUNTANT, "refund-7-1"), "https://cabinet.example/desk/refunds/refund-7-1"),
        (Row(Role.CLIENT, "renewal-k-7"), "https://cabinet.example/renewals/renewal-k-7"),
        (Row(Role.ACCOUNTANT, "renewal-k-7"), "https://cabinet.example/desk/renewals/renewal-k-7"),
        (Row(Role.SPECIALIST, "limit-request-9"), "https://cabinet.example/desk/limit-requests/9"),
        (Row(Role.CLIENT, "limit-request-9"), "https://cabinet.example/limit-requests/9"),
        (
            Row(Role.CLIENT, None, {"subscription_id": "kompas"}),
            "https://cabinet.example/subscriptions/kompas/tariffs",
        ),
        (
            Row(Role.CLIENT, None, {"invoice_number": "KP-2026-000007"}),
            "https://cabinet.example/orders/KP-2026-000007/payment",
        ),
        (Row(Role.ACCOUNTANT, None, {"invoice_number": "KP-2026-000007"}), None),
        (Row(Role.CLIENT, None), None),
        (Row(Role.OPERATOR, "payout-7"), None),
    ],
)
def test_everybody_is_led_to_a_page_where_there_is_one(row: Row, link: str | None) -> None:
    assert params_of(row, CABINET, "ru").get("link") == link


def test_the_link_of_a_log_in_is_readable_in_its_letter_alone() -> None:
    row = Row(Role.CLIENT, None, {"code_page": "https://cabinet.example/login/link", "code": "x7"})
    assert params_of(row, CABINET, "ru")["link"] == "https://cabinet.example/login/link/x7"
    kept = params_without_code(row, CABINET, "ru")
    assert kept["link"] == f"https://cabinet.example/login/link/{HIDDEN_CODE}"
    assert "x7" not in kept.values()
