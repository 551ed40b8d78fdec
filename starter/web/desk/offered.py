"""An individual offer as a specialist types it."""

from collections.abc import Sequence
from datetime import date

from db.database import Database
from db.subscription import tariff as tariffs_in
from domain.subscription.tariff import MAX_UNITS, Tariff
from starter.commands.refusal import FieldError, invalid
from starter.commands.subscription.offer import Offered
from starter.web.http.amounts import kopecks_in
from starter.web.http.forms import Form
from starter.web.http.numbers import units_in

FIELDS = ("tariff_code", "units", "price", "valid_until")


async def tariffs_sold(database: Database, today: date) -> Sequence[Tariff]:
    """What can be offered: tariffs that cost something."""
    tariffs, prices = await database.read(*tariffs_in.catalogue(today))
    return [one for one in tariffs_in.tariffs_from(tariffs, prices) if not one.is_free]


def is_offer_typed(form: Form) -> bool:
    """Whether anything of an offer was typed."""
    return any(form.line(name) for name in FIELDS)


def offered_in(form: Form, beside: Sequence[FieldError] = ()) -> Offered:
    """The offer as it was typed; raises `Refusal` with all that is wrong beside its fields, and
    with what is wrong `beside` it in the same form.
    """
    wrong = [*beside]
    units = units_in(form, "units", MAX_UNITS, wrong)
    price = kopecks_in(form, "price", wrong)
    valid_until = _day(form, wrong)
    if not form.line("tariff_code"):
        wrong.append(FieldError("page_choice_missing", field="tariff_code"))
    if wrong or valid_until is None:
        raise invalid(*wrong)
    return Offered(form.line("tariff_code"), units, price, valid_until)


def _day(form: Form, wrong: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(form.line("valid_until"))
    except ValueError:
        wrong.append(FieldError("page_day_missing", field="valid_until"))
        return None
