"""A decision about a dispute as its form says it: money, goods, what is put right."""

from collections.abc import Sequence

from db.goods_return.pieces import SoldLineRow
from domain.compensation.legal_rule import RuleKind
from domain.dispute.dispute import DisputeStatus
from domain.goods_return.case import AskedPieces
from domain.goods_return.goods_return import Ground
from domain.goods_return.opening import WAYS
from starter.commands.dispute.compensation import COMPENSATING, Compensation
from starter.commands.dispute.decide import Returned, Verdict
from starter.commands.refusal import FieldError, invalid
from starter.web.http.amounts import kopecks_in
from starter.web.http.days import day_in
from starter.web.http.deed import needed
from starter.web.http.forms import Form
from starter.web.http.numbers import count_in

MAX_DIGITS = 7
VERDICTS = (DisputeStatus.RESOLVED_CLIENT, DisputeStatus.RESOLVED_PARTLY, DisputeStatus.REJECTED)


def returnable(lines: Sequence[SoldLineRow]) -> list[SoldLineRow]:
    """The lines of an order that can come back: those of goods and licences with pieces left."""
    return [line for line in lines if line.kind in WAYS and line.quantity > line.held]


def verdict_in(form: Form, lines: Sequence[SoldLineRow]) -> Verdict:
    """The decision as it was typed; raises `Refusal` beside what is wrong."""
    wrong = list[FieldError]()
    outcome, seen = form.line("outcome"), form.line("seen_handed_in")
    if outcome not in VERDICTS:
        wrong.append(FieldError("page_choice_missing", field="outcome"))
    awarded = kopecks_in(form, "awarded", wrong, or_nothing=True)
    kopecks = kopecks_in(form, "compensation", wrong, or_nothing=True)
    goods = _goods(form, lines, wrong)
    if wrong:
        raise invalid(*wrong)
    is_number = seen.isascii() and seen.isdigit() and len(seen) <= MAX_DIGITS
    return Verdict(
        DisputeStatus(outcome),
        needed(form, "reason"),
        int(seen) if is_number else 0,
        awarded,
        _compensation(form, kopecks) if kopecks else None,
        goods,
        form.note("correction") or None,
    )


def _goods(form: Form, lines: Sequence[SoldLineRow], wrong: list[FieldError]) -> Returned | None:
    asked = tuple(
        AskedPieces(line.line_no, count)
        for line in returnable(lines)
        if (count := _pieces_in(form, line, wrong)) > 0
    )
    if not asked:
        return None
    ground = form.line("ground")
    if ground not in set(Ground):
        wrong.append(FieldError("page_choice_missing", field="ground"))
        return None
    return Returned(Ground(ground), asked)


def _pieces_in(form: Form, line: SoldLineRow, wrong: list[FieldError]) -> int:
    return count_in(form, f"pieces-{line.line_no}", line.quantity - line.held, wrong)


def _compensation(form: Form, kopecks: int) -> Compensation:
    wrong = list[FieldError]()
    rule = form.line("rule")
    if rule not in COMPENSATING:
        wrong.append(FieldError("page_choice_missing", field="rule"))
    base = kopecks_in(form, "base", wrong)
    if wrong:
        raise invalid(*wrong)
    first, last = (day_in(form.line(name), name) for name in ("first", "last"))
    return Compensation(kopecks, RuleKind(rule), base, first, last)
