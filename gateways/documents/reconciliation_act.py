"""The act of reconciliation (акт сверки взаимных расчётов) as PDF."""

from typing import Any

from domain.billing.reconciliation_act import ActLine, Movement, ReconciliationAct
from gateways.documents.parties import rows_of, rows_of_ours, sum_in_column
from gateways.documents.printing import Template, breakable
from texts import day, day_in_words, rubles, rubles_in_words

_BY = {
    "bank_card": "картой",
    "sbp": "через СБП",
    "bank_transfer": "переводом",
}
_TITLES = {
    Movement.PAID: "Оплата",
    Movement.REVERSED: "Сторно оплаты",
    Movement.REFUNDED: "Возврат",
    Movement.CAME_BACK: "Возврат не зачислен, деньги вернулись",
}


def reconciliation_act_pdf(act: ReconciliationAct) -> bytes:
    """The act as PDF (A4, landscape); the same act always gives the same bytes.

    Takes tens of milliseconds of one core, a long one some hundreds: call it outside the event
    loop.
    """
    return _ACT.pdf(_shown(act))


def _shown(act: ReconciliationAct) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    return {
        "title": "Акт сверки взаимных расчётов",
        "period": f"за период с {day_in_words(act.first_day)} по {day_in_words(act.last_day)}",
        "company": breakable(act.company),
        "client": breakable(act.client.name),
        "ours": rows_of_ours(act.supplier),
        "theirs": rows_of(act.client.inn, act.client.kpp, act.client.address),
        "opening": _balance(act.opening_kopecks),
        "opening_day": day(act.first_day),
        "lines": [_line(number, line) for number, line in enumerate(act.lines, start=1)],
        "debit": sum_in_column(act.debit_kopecks),
        "credit": sum_in_column(act.credit_kopecks),
        "closing": _balance(act.closing_kopecks),
        "closing_day": day(act.last_day),
        "outcome": _outcome(act),
    }


def _line(number: int, line: ActLine) -> dict[str, str]:
    is_debit = line.movement is Movement.REFUNDED
    return {
        "number": str(number),
        "day": day(line.day),
        "document": breakable(_document(line)),
        "debit": sum_in_column(line.debit_kopecks) if is_debit else "",
        "credit": "" if is_debit else sum_in_column(line.credit_kopecks),
    }


def _document(line: ActLine) -> str:
    """«Оплата переводом, п/п № 12 от 02.03.2026, счёт № 2026-000117»."""
    title = _TITLES[line.movement]
    if line.movement in {Movement.PAID, Movement.REFUNDED}:
        title = f"{title} {_BY[line.method]}"
    order = f", п/п № {line.order_number}" if line.order_number else ""
    on = f" от {day(line.order_day)}" if order and line.order_day else ""
    return f"{title}{order}{on}, счёт № {line.invoice_number}"


def _balance(kopecks: int) -> dict[str, str]:
    """In the column of the side that it is on; nothing is written out as nothing."""
    return {
        "debit": sum_in_column(-kopecks) if kopecks < 0 else "",
        "credit": sum_in_column(kopecks) if kopecks >= 0 else "",
    }


def _outcome(act: ReconciliationAct) -> str:
    on = f"По данным {act.company} на {day_in_words(act.last_day)}"
    if act.closing_kopecks == 0:
        return breakable(f"{on} сальдо по оплатам и возвратам нулевое.")
    owed = abs(act.closing_kopecks)
    whose = act.client.name if act.closing_kopecks > 0 else act.company
    return breakable(
        f"{on} сальдо по оплатам и возвратам — {rubles(owed)} ({rubles_in_words(owed)}) "
        f"в пользу {whose}."
    )


_ACT = Template("reconciliation_act.typ")
