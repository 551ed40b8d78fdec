"""The trace of a payout in words: lines that a client can show to its bank."""

from datetime import date

from domain.payout.trace import PayoutTrace
from texts.catalogue import Language, translate
from texts.formatting import day, rubles


def trace_words(trace: PayoutTrace, language: Language = "ru") -> str:
    """What is known of the payout, one fact a line."""
    facts: list[tuple[str, str | None]] = [
        (f"way.{trace.way}", rubles(trace.amount_kopecks)),
        ("paid_on", _day(trace.paid_on)),
        ("rrn", trace.rrn),
        ("acquirer_refund", trace.acquirer_refund),
        ("order", _order(trace, language)),
        ("bank", trace.bank_name),
        ("debited_on", _day(trace.debited_on)),
        ("returned_on", _day(trace.returned_on)),
    ]
    return "\n".join(
        translate(f"trace.{key}", language, value=value)
        for key, value in facts
        if value is not None
    )


def _day(known: date | None) -> str | None:
    return None if known is None else day(known)


def _order(trace: PayoutTrace, language: Language) -> str | None:
    if trace.order_number is None or trace.order_day is None:
        return None
    number, of_day = trace.order_number, day(trace.order_day)
    return translate("trace.order_of", language, number=number, day=of_day)
