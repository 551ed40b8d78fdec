"""Sums as people type them."""

from domain.money import AmountError, parse_amount
from starter.commands.refusal import FieldError
from starter.web.http.forms import Form


def kopecks_in(form: Form, name: str, wrong: list[FieldError], *, or_nothing: bool = False) -> int:
    """A sum as people write it: `9 693,55` and `9693.55`; what cannot be read is noted as wrong.

    `or_nothing`: an empty field and a zero are nothing, not wrong.
    """
    typed = "".join(form.line(name).split()).replace(",", ".")
    if or_nothing and not typed:
        return 0
    try:
        return parse_amount(typed)
    except AmountError as error:
        is_nothing = or_nothing and error.code == "amount_not_positive" and typed[:1] != "-"
        if not is_nothing:
            wrong.append(FieldError(error.code, field=name))
        return 0
