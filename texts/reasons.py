"""Reasons of a refusal from outside, in words."""

from texts.catalogue import Language, translate


def card_reason(code: str, language: Language = "ru") -> str:
    """Why a payment by card was cancelled: by our own codes or the acquirer's; a code that nobody
    knows yet is said as such.
    """
    try:
        return translate(f"card_payment.reason.{code}", language)
    except KeyError:
        return translate("card_payment.reason.other", language)
