"""A bank's own words on a returned payment become a reason of ours."""

import pytest

from domain.banking.bank_reason import BankReason, reason_in


@pytest.mark.parametrize(
    ("purpose", "reason"),
    [
        ("Возврат п/п 17 от 02.11.2026: счёт получателя ЗАКРЫТ", BankReason.ACCOUNT_CLOSED),
        ("возврат платежа, р/с закрыто", BankReason.ACCOUNT_CLOSED),
        ("Возврат средств: счет получателя не найден", BankReason.ACCOUNT_NOT_FOUND),
        ("Возврат. Неверный счет получателя", BankReason.ACCOUNT_NOT_FOUND),
        ("Возврат: операции по счёту приостановлены", BankReason.ACCOUNT_BLOCKED),
        ("Возврат: несоответствие наименования получателя", BankReason.RECIPIENT_DIFFERS),
        ("Возврат: ИНН не соответствует счёту", BankReason.RECIPIENT_DIFFERS),
        ("Возврат п/п 17", BankReason.RETURNED),
        ("", BankReason.RETURNED),
    ],
)
def test_the_reason_is_what_the_purpose_tells(purpose: str, reason: BankReason) -> None:
    assert reason_in(purpose) is reason
