"""Why a statement was refused is said with sums and days as people write them."""

import pytest

from texts.statement_refusal import statement_refusal


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ("…4512: 1234.50 + 0.00 ≠ 1000000.45", "…4512: 1 234,50 ₽ + 0,00 ₽ ≠ 1 000 000,45 ₽"),
        ("…4512: -1234.50 ≠ 7.00; № 12.50, 9.10", "…4512: -1 234,50 ₽ ≠ 7,00 ₽; № 12.50, 9,10 ₽"),
        ("…4512: 5.00 ≠ 6.00; 7.00, 14.05.2026", "…4512: 5,00 ₽ ≠ 6,00 ₽; 7,00 ₽, 14.05.2026"),
        ("ВсегоПоступило 7.00 ≠ 8.00", "ВсегоПоступило 7,00 ₽ ≠ 8,00 ₽"),
    ],
)
def test_sums_of_a_refusal_are_roubles_and_days_and_numbers_stay(detail: str, shown: str) -> None:
    said = statement_refusal("bank_file_balance", detail, 7).replace("\u00a0", " ")
    assert shown in said
    assert statement_refusal("bank_file_encoding", None, None)
