"""Tariffs and their prices at the desk: every version, a new price, a coming one put right."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from db.subscription import tariff as tariffs
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.tariff import Tariff, TariffPrice
from starter.access import roles_of
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.commands.subscription import tariff as command
from starter.web.desk.saved import FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.amounts import kopecks_in
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language, day, rubles, translate

LIST = "/desk/reference/tariffs"
SHOWN = 30
"""Versions of a price of one page."""
MAX_VERSION = 1_000_000_000

TariffCode = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,20}$")]
Version = Annotated[int, Path(ge=1, le=MAX_VERSION)]
Priced = tuple[Tariff, TariffPrice | None, Sequence[TariffPrice]]
"""A tariff with today's price and the coming ones."""

SAVED = SavedList[Priced](
    LIST,
    "page.prices.title",
    (
        FileColumn("page.prices.tariff", lambda one, _: one[0].title),
        FileColumn("page.prices.units", lambda one, _: one[0].units),
        FileColumn("page.prices.months", lambda one, _: one[0].months),
        FileColumn("page.prices.today", lambda one, language: _today(one, language)),
        FileColumn("page.prices.coming", lambda one, language: _said(one[2], language)),
    ),
)
"""The catalogue as a file."""
WHOLE = "page.prices.whole"

routes = pages()


@routes.get(LIST)
async def show_catalogue(visit: VisitDep, file: FileAsked = None) -> Response:
    """The whole catalogue, the smallest tariff first, with today's prices."""
    today = moscow_date(datetime.now(UTC))
    priced = [(one, one.price_on(today), _coming(one, today)) for one in await _all(visit, today)]
    words = translate(WHOLE, visit.language, at=day(today))
    if file is not None:
        return await SAVED.file(visit.language, file, words, priced)
    return visit.page("desk_reference_tariffs.html", tariffs=priced, saved=SAVED.saved(words))


@routes.get(f"{LIST}/{{tariff_code}}")
async def list_tariff_prices(
    visit: VisitDep,
    tariff_code: TariffCode,
    before: Annotated[int | None, Query(ge=1, le=MAX_VERSION)] = None,
) -> Response:
    """A tariff with every price that it ever had, the newest first."""
    return await _page(visit, tariff_code, before=before)


@routes.post(f"{LIST}/{{tariff_code}}/prices")
async def add_tariff_price(visit: VisitDep, tariff_code: TariffCode) -> Response:
    """Sets a price from a day on."""

    async def added() -> None:
        wrong = list[FieldError]()
        price = kopecks_in(visit.form, "price", wrong)
        valid_from = _day(visit.form, wrong)
        if wrong or valid_from is None:
            raise invalid(*wrong)
        await command.add_tariff_price(
            visit.services, visit.caller, visit.command_id, tariff_code, price, valid_from
        )

    return await _of_tariff(visit, tariff_code, added())


@routes.post(f"{LIST}/{{tariff_code}}/prices/{{version}}/correction")
async def correct_tariff_price(
    visit: VisitDep, tariff_code: TariffCode, version: Version
) -> Response:
    """Puts another price in the place of a coming one."""

    async def corrected() -> None:
        wrong = list[FieldError]()
        price = kopecks_in(visit.form, f"price-{version}", wrong)
        reason = visit.form.note(f"reason-{version}")
        if not reason:
            wrong.append(FieldError("page_reason_missing", field=f"reason-{version}"))
        if wrong:
            raise invalid(*wrong)
        await command.correct_tariff_price(
            visit.services, visit.caller, visit.command_id, tariff_code, version, price, reason
        )

    return await _of_tariff(visit, tariff_code, corrected())


@routes.post(f"{LIST}/{{tariff_code}}/prices/{{version}}/withdrawal")
async def withdraw_tariff_price(
    visit: VisitDep, tariff_code: TariffCode, version: Version
) -> Response:
    """Withdraws a coming price: the one before it goes on."""

    async def withdrawn() -> None:
        reason = needed(visit.form, f"withdrawal-{version}")
        await command.withdraw_tariff_price(
            visit.services, visit.caller, visit.command_id, tariff_code, version, reason
        )

    return await _of_tariff(visit, tariff_code, withdrawn())


async def _page(
    visit: Visit,
    code: str,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    before: int | None = None,
) -> Response:
    today = moscow_date(datetime.now(UTC))
    tariff = next((one for one in await _all(visit, today) if one.code == code), None)
    if tariff is None:
        raise not_found()
    prices = await visit.database.rows(tariffs.prices(code, SHOWN + 1, before))
    present = tariff.price_on(today)
    return visit.page(
        "desk_reference_tariff.html",
        status=status,
        form=form,
        here=f"{LIST}/{code}",
        tariff=tariff,
        today=today,
        present=present,
        coming=_coming(tariff, today),
        prices=prices[:SHOWN],
        following=prices[SHOWN - 1].version if len(prices) > SHOWN else None,
        may_change=not tariff.is_free and visit.caller.role in roles_of("add_tariff_price"),
    )


async def _of_tariff(visit: Visit, code: str, deed: Awaitable[object]) -> Response:
    """Leads back to the tariff; a refusal is shown on it as it is now."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, code, form, status)

    path = f"{LIST}/{code}"
    try:
        await deed
    except Refusal as refusal:
        return await refused(visit, refusal, path, page)
    return visit.see(path)


async def _all(visit: Visit, today: date) -> tuple[Tariff, ...]:
    rows, prices = await visit.database.read(*tariffs.catalogue(today))
    return tariffs.tariffs_from(rows, prices)


def _today(one: Priced, language: Language) -> Decimal | str | None:
    """Today's price as a cell."""
    tariff, price, _ = one
    if tariff.is_free:
        return translate("page.prices.free", language)
    return roubles_in_cell(None if price is None else price.price_kopecks)


def _said(coming: Sequence[TariffPrice], language: Language) -> str:
    """The coming prices as a cell."""
    return "; ".join(
        translate(
            "page.prices.from_day",
            language,
            price=rubles(price.price_kopecks),
            day=day(price.valid_from),
        )
        for price in coming
    )


def _coming(tariff: Tariff, today: date) -> list[TariffPrice]:
    return [price for price in tariff.prices if price.valid_from > today]


def _day(form: Form, wrong: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(form.line("valid_from"))
    except ValueError:
        wrong.append(FieldError("page_day_missing", field="valid_from"))
        return None
