"""Reasons of a card payment's cancellation in words."""

from texts.catalogue import Language, translate


def card_reason(code: str, language: Language = "ru") -> str:
    """Why a payment by card was cancelled, by our own codes or the acquirer's; a code without a
    text is shown as it is.
    """
    try:
        return translate(f"card_payment.reason.{code}", language)
    except KeyError:
        return translate("card_payment.reason.other", language)
