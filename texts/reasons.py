"""Why the outside refused, in people's words."""

from texts.catalogue import Language, say


def card_reason(code: str, language: Language = "ru") -> str:
    """Why a payment by card was cancelled: by our own codes or the acquirer's; a code that nobody
    knows yet is said as such.
    """
    try:
        return say(f"card_payment.reason.{code}", language)
    except KeyError:
        return say("card_payment.reason.other", language)
