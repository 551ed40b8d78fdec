"""A letter about debts, and the pre-trial claim (претензия), as PDF."""

from typing import Any

from domain.billing.requisites import ClientKind
from domain.collection.case import LetterLine
from domain.collection.paper import DebtPaper
from domain.collection.policy import Tone
from gateways.documents.parties import rows_of, rows_of_ours, sum_in_column
from gateways.documents.printing import Template, breakable
from texts import day, day_in_words, rubles, rubles_in_words, translate_many
from texts.debts import ordered_words

_TITLES = {
    Tone.FIRST: "Уведомление о неоплаченных счетах",
    Tone.REMINDER: "Напоминание о неоплаченных счетах",
    Tone.FIRM: "Требование об оплате",
    Tone.CLAIM: "Претензия",
}
_NEXT = {
    Tone.FIRST: "Если оплата не поступит, мы напомним о ней ещё раз.",
    Tone.REMINDER: "Если оплата не поступит, мы направим требование об оплате.",
    Tone.FIRM: (
        "Если оплата не поступит, мы направим претензию, а затем вправе обратиться в суд с "
        "требованием о взыскании долга, процентов и судебных расходов."
    ),
}
_INTEREST = (
    "Проценты по статье 395 Гражданского кодекса РФ: сумма долга × дни просрочки × ключевая ставка "
    "Банка России соответствующего периода ÷ 100 ÷ число дней в году. Расчёт требует проверки "
    "юристом."
)
_NOT_COUNTED = (
    "Проценты по статье 395 Гражданского кодекса РФ начисляются за каждый день просрочки; их сумма "
    "будет рассчитана на день обращения в суд."
)


def debt_letter_pdf(paper: DebtPaper) -> bytes:
    """The letter as PDF (A4); the same letter always gives the same bytes.

    Takes tens of milliseconds of one core: call it outside the event loop.
    """
    return _LETTER.pdf(_shown(paper))


def _shown(paper: DebtPaper) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    lines = paper.subject_lines
    debt = sum(line.debt_kopecks for line in lines)
    interest = [line.interest_kopecks for line in lines if line.interest_kopecks is not None]
    return {
        "title": _TITLES[paper.tone],
        "draft": "ПРОЕКТ" if paper.is_draft else "",
        "day": day_in_words(paper.day),
        "company": breakable(paper.company),
        "ours": rows_of_ours(paper.supplier),
        "debtor": breakable(paper.debtor.name),
        "theirs": rows_of(paper.debtor.inn, paper.debtor.kpp, paper.debtor.address),
        "lines": [_line(line) for line in lines],
        "debt": sum_in_column(debt),
        "interest": sum_in_column(sum(interest)) if interest else "",
        "facts": (
            f"По состоянию на {day_in_words(paper.day)} не оплачено {rubles(debt)} "
            f"({rubles_in_words(debt)})."
        ),
        "law": _INTEREST if interest else _NOT_COUNTED,
        "demand": _demand(paper),
    }


def _demand(paper: DebtPaper) -> str:
    """What is asked for and what happens otherwise; the code of arbitration courts, which hear no
    debts of persons, is named to those whom it is for.
    """
    until = "" if paper.pay_by is None else f" до {day_in_words(paper.pay_by)} включительно"
    if paper.tone is Tone.CLAIM:
        is_person = paper.debtor.kind is ClientKind.INDIVIDUAL
        by_law = "" if is_person else " (часть 5 статьи 4 АПК РФ)"
        return (
            f"Требуем погасить задолженность{until} — в течение 30 календарных дней со дня "
            f"направления претензии{by_law}. Если долг не будет погашен, мы вправе обратиться в "
            "суд с требованием о взыскании долга, процентов и судебных расходов."
        )
    asked = f"Просим оплатить{until} или сообщить, почему оплата задерживается."
    return f"{asked} {_NEXT[paper.tone]}"


def _line(line: LetterLine) -> dict[str, str]:
    counted = line.interest_kopecks is not None and line.a_day_kopecks is not None
    return {
        "invoice": breakable(f"№ {line.invoice_number} от {day(line.issued_on)}"),
        "what": breakable(ordered_words(line.titles, line.more)),
        "due": day(line.due_on),
        "late": translate_many("count.days", line.days_late),
        "total": sum_in_column(line.total_kopecks),
        "debt": sum_in_column(line.debt_kopecks),
        "interest": sum_in_column(line.interest_kopecks or 0) if counted else "—",
        "a_day": sum_in_column(line.a_day_kopecks or 0) if counted else "—",
    }


_LETTER = Template("debt_letter.typ")
