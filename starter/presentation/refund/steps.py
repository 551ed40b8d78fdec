"""How a line of a calculation was computed, step by step, in words and numbers."""

from collections.abc import Iterator

from domain.billing.invoice import InvoiceLine
from domain.money import VAT_PERCENT, VatRate, unused_share, vat_inside
from domain.refund.line import LineTrace
from texts import Language, day, rubles, translate

STEP = "calculation.step"


def steps_of(
    line: InvoiceLine, proposal: LineTrace | None, kept: LineTrace, version: int, language: Language
) -> list[str]:
    """The steps to a line's sum. `proposal` is what the rules of this version give for it, None
    where it was not asked for; `kept` is the line as it was calculated, by a specialist or by rule.
    """
    rule = translate(f"rule.{kept.rule}", language)
    steps = [translate(f"{STEP}.source", language, n=line.line_no, version=version, rule=rule)]
    if proposal is None:
        steps.append(translate(f"{STEP}.not_asked", language))
    else:
        steps += _by_rule(line, proposal, language)
    proposed = 0 if proposal is None else proposal.result_kopecks
    if kept.result_kopecks != proposed:
        said = {"sum": rubles(kept.result_kopecks), "proposed": rubles(proposed)}
        steps.append(translate(f"{STEP}.specialist", language, **said))
    return [*steps, _vat(kept, language)]


def _by_rule(line: InvoiceLine, trace: LineTrace, language: Language) -> Iterator[str]:
    """What the rule gives of the price, and what other refunds, the request and the payment leave
    of that.
    """
    left = trace.price_kopecks
    if trace.unused_days is None or trace.total_days is None:
        yield _whole_price(trace, language)
    else:
        left = unused_share(trace.price_kopecks, trace.unused_days, trace.total_days)
        yield from _days(line, trace, left, language)
    if trace.earlier_kopecks:
        was, left = left, max(0, left - trace.earlier_kopecks)
        said = {"was": rubles(was), "earlier": rubles(trace.earlier_kopecks), "left": rubles(left)}
        yield translate(f"{STEP}.earlier", language, **said)
    if trace.asked_kopecks is not None and trace.asked_kopecks < left:
        left = trace.asked_kopecks
        yield translate(f"{STEP}.asked", language, asked=rubles(left))
    if trace.result_kopecks < left:
        yield translate(f"{STEP}.paid", language, sum=rubles(trace.result_kopecks))


def _whole_price(trace: LineTrace, language: Language) -> str:
    price = rubles(trace.price_kopecks)
    if trace.specialist_reason is None:
        return translate(f"{STEP}.whole", language, price=price)
    why = translate(f"reason.{trace.specialist_reason}", language)
    return translate(f"{STEP}.no_rule", language, price=price, why=why)


def _days(line: InvoiceLine, trace: LineTrace, share: int, language: Language) -> Iterator[str]:
    numbers = {"unused": trace.unused_days, "total": trace.total_days}
    if line.period_start is not None and line.period_end is not None:
        days = {"starts": day(line.period_start), "ends": day(line.period_end)}
        stopped = day(trace.stopped_on)
        yield translate(f"{STEP}.period", language, **days, **numbers, stopped=stopped)
    sums = {"price": rubles(trace.price_kopecks), "share": rubles(share)}
    yield translate(f"{STEP}.days", language, **sums, **numbers)


def _vat(trace: LineTrace, language: Language) -> str:
    """By the rate; the last part of a line has what is left of the line's VAT."""
    percent = VAT_PERCENT[VatRate(trace.vat_rate)]
    if not percent:
        return translate(f"{STEP}.without_vat", language)
    said = {
        "rate": percent,
        "whole": 100 + percent,
        "sum": rubles(trace.result_kopecks),
        "vat": rubles(trace.vat_kopecks),
    }
    by_rate = trace.vat_kopecks == vat_inside(trace.result_kopecks, VatRate(trace.vat_rate))
    return translate(f"{STEP}.vat" if by_rate else f"{STEP}.vat_left", language, **said)
