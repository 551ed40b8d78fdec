"""Every status and reason of a payment by card is said in words."""

import pytest

from domain.card.card_payment import CardEnd, CardStatus
from texts import translate
from texts.reasons import card_reason

OTHER = "card_payment.reason.other"


@pytest.mark.parametrize("code", [*CardEnd, "insufficient_funds", "3d_secure_failed"])
def test_a_known_reason_has_its_words(code: str) -> None:
    assert card_reason(code) not in (translate(OTHER), code)
    assert card_reason(code, "en") not in (translate(OTHER, "en"), code)


@pytest.mark.parametrize("code", ["reason_of_tomorrow", "", "{x}"])
def test_a_reason_that_nobody_knows_is_said_as_such(code: str) -> None:
    assert card_reason(code) == "Оплата не прошла."
    assert card_reason(code, "en") == translate(OTHER, "en")


@pytest.mark.parametrize("status", CardStatus)
def test_a_status_has_its_title(status: CardStatus) -> None:
    assert translate(f"card_payment.status.{status}")
    assert translate(f"card_payment.status.{status}", "en")
