"""What a client hears of what was paid above the price, once for each time it grows."""

import pytest

from domain.billing.surplus import Surplus, SurplusGrowth, growth, growth_by_void


@pytest.mark.parametrize(
    ("paid", "held", "notified", "by_money", "by_void"),
    [
        (0, 0, 0, None, None),
        (500, 0, 0, None, 500),
        (500, 200, 0, 200, 500),
        (500, 200, 200, None, 300),
        (500, 500, 200, 300, None),  # it is void already, or nothing of it was due
        (500, 500, 500, None, None),
    ],
)
def test_a_client_hears_of_what_is_new(
    paid: int, held: int, notified: int, by_money: int | None, by_void: int | None
) -> None:
    surplus = Surplus("KP-2026-000001", "c-1", paid, held, 4, notified)
    assert growth(surplus) == (
        None if by_money is None else SurplusGrowth("KP-2026-000001", "c-1", 4, held, by_money)
    )
    assert growth_by_void(surplus) == (
        None if by_void is None else SurplusGrowth("KP-2026-000001", "c-1", 5, paid, by_void)
    )
