"""Days that addresses say, as a date field of a form sends them."""

from datetime import UTC, date, datetime

from domain.calendar.bank_calendar import moscow_date
from starter.commands.refusal import FieldError, invalid
from starter.web.http.forms import Form

FIRST, LAST = "first_day", "last_day"
"""The fields of a period."""
DAY_LENGTH = 10


def day_in(text: str, field: str) -> date:
    """A day; raises `Refusal` `day_not_iso` beside its field."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(FieldError("day_not_iso", field=field)) from None


def period_in(first: str, last: str) -> tuple[date, date]:
    """A period; raises `Refusal` as `day_in`, and `period_malformed` for one with an open end."""
    if not first or not last:
        raise invalid(FieldError("period_malformed", field=LAST if first else FIRST))
    return day_in(first, FIRST), day_in(last, LAST)


def this_year() -> Form:
    """The form of a period, filled in with this year until today, in Moscow."""
    today = moscow_date(datetime.now(UTC))
    return Form({FIRST: today.replace(month=1, day=1).isoformat(), LAST: today.isoformat()})
