"""Whole numbers as people type them in forms."""

from starter.commands.refusal import FieldError
from starter.web.http.forms import Form


def units_in(form: Form, name: str, at_most: int, wrong: list[FieldError]) -> int:
    """A number of 1 to `at_most` as people write it, such as `5 000`; else it is noted as wrong."""
    typed = "".join(form.line(name).split())
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(at_most))
    if is_number and 1 <= int(typed) <= at_most:
        return int(typed)
    wrong.append(FieldError("page_units_format", field=name))
    return 0


def count_in(form: Form, name: str, at_most: int, wrong: list[FieldError]) -> int:
    """A number of 0 to `at_most`; nothing typed is 0, anything else is noted as wrong."""
    typed = "".join(form.line(name).split()) or "0"
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(at_most))
    if is_number and int(typed) <= at_most:
        return int(typed)
    wrong.append(FieldError("page_count_range", field=name, params={"limit": at_most}))
    return 0
