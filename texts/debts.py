"""The debts that a letter names, a line each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from texts.catalogue import Language, translate, translate_many
from texts.formatting import day, rubles


def debts_words(debts: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Each debt with its days and sums, and its interest where that is known."""
    return "\n".join(_line(one, language) for one in debts)


def ordered_words(titles: str, more: int, language: Language = "ru") -> str:
    """What was ordered: titles of lines, and how many others there are."""
    others = translate_many("page.order.more_lines", more, language) if more else ""
    return f"{titles} {others}".strip()


def _line(debt: Mapping[str, Any], language: Language) -> str:
    what = ordered_words(debt.get("titles", ""), debt.get("more", 0), language)
    said = translate(
        "mail.debt_line",
        language,
        invoice_number=debt["invoice_number"],
        issued=day(date.fromisoformat(debt["issued_on"])),
        what=f" ({what})" if what else "",
        due=day(date.fromisoformat(debt["due_on"])),
        debt=rubles(debt["debt_kopecks"]),
        late=translate_many("count.days", debt["days_late"], language),
    )
    if debt["interest_kopecks"] is None or debt["a_day_kopecks"] is None:
        return f"{said}."
    interest = translate(
        "mail.debt_line_interest",
        language,
        interest=rubles(debt["interest_kopecks"]),
        a_day=rubles(debt["a_day_kopecks"]),
    )
    return f"{said}{interest}."
