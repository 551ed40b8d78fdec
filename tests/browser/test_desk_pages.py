"""Pages of the desk beside the cases: calendar, reports, clients, requests for a higher limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from simulation.dataset import ROMASHKA as CLIENT
from tests.browser.desk import (
    ACCOUNTANT_LOGIN,
    OPERATOR_LOGIN,
    SPECIALIST_LOGIN,
    at_desk,
    under_review,
)
from tests.browser.site import Site, Visitors

REASON = "Постановление о переносе выходных дней."


async def test_an_operator_overrides_a_day_of_the_calendar_and_takes_it_back(
    site: Site, visitors: Visitors
) -> None:
    watcher = await at_desk(visitors, OPERATOR_LOGIN, "/desk/reference")
    await watcher.check("desk-calendar")
    day = site.data.today + timedelta(days=15)
    await watcher.open(f"/desk/reference/days/{day}")
    await watcher.go("Исправить")
    assert await watcher.page.get_by_role("alert").is_visible()
    await watcher.check()
    await watcher.page.get_by_role("radio").last.check()
    await watcher.type(reason=REASON)
    await watcher.go("Исправить")
    await watcher.open(f"/desk/reference/days/{day}")
    assert await watcher.reads(REASON)
    await watcher.check("desk-calendar-day")
    await watcher.page.locator("[name=restoration-reason]").fill("Постановление отменено.")
    await watcher.go("Отменить исправление")
    await watcher.open(f"/desk/reference/days/{day}")
    assert await watcher.page.locator("form[action$=restoration]").count() == 0


async def test_a_filter_is_kept_found_again_and_deleted_and_the_limit_is_told(
    site: Site, visitors: Visitors
) -> None:
    name = "Ждут оператора"
    watcher = await at_desk(visitors, OPERATOR_LOGIN, "/desk/refunds?turn=operator&overdue=true")
    await watcher.unfold("Сохранить отбор")
    await watcher.type(name=name)
    await watcher.go("Сохранить")
    await watcher.check("desk-views-head")
    await watcher.open("/desk/refunds")
    await watcher.go(name)
    assert "turn=operator" in watcher.page.url
    assert "overdue=true" in watcher.page.url
    with _views_filled(site, OPERATOR_LOGIN):
        await watcher.unfold("Сохранить отбор")
        await watcher.type(name="Ещё один")
        await watcher.go("Сохранить")
        assert await watcher.reads("Сохранено уже 20 отборов, больше нельзя")
        assert await watcher.page.locator("[name=name]").input_value() == "Ещё один"
        await watcher.check("desk-views")
        await watcher.go(f"Удалить отбор «{name}»")
        assert not await watcher.reads(name)
        await watcher.check()


@contextmanager
def _views_filled(site: Site, login: str) -> Iterator[None]:
    """A person keeps as many filters as there is place for, for as long as the block runs."""
    with psycopg.connect(site.stack.database_url, autocommit=True) as database:
        database.execute(
            "INSERT INTO saved_views SELECT gen_random_uuid(), login, role, place,"
            " '/desk/renewals', 'Отбор ' || place, 'turn=bank', now()"
            " FROM (SELECT login, role FROM saved_views WHERE login = %s LIMIT 1) AS one,"
            " generate_series(1, 20) AS place"
            " ON CONFLICT DO NOTHING",
            [login],
        )
        yield
        database.execute("DELETE FROM saved_views WHERE login = %s", [login])


async def test_an_operator_writes_a_department_from_a_day_to_come(
    site: Site, visitors: Visitors
) -> None:
    watcher = await at_desk(visitors, OPERATOR_LOGIN, "/desk/reference/departments")
    await watcher.check("desk-departments")
    await watcher.go("Бухгалтерия")
    await watcher.type(text_limit="много", reason="Короткие вопросы")
    await watcher.go("Сохранить версию")
    assert await watcher.page.get_by_role("alert").is_visible()
    await watcher.check()
    begins = site.data.today + timedelta(days=30)
    await watcher.type(text_limit="9000", valid_from=begins.isoformat())
    await watcher.go("Сохранить версию")
    assert await watcher.reads("Знаков в сообщении: 10000 → 9000")
    await watcher.check("desk-department")


async def test_reports_lead_from_a_figure_to_its_cases_and_are_downloaded(
    site: Site, visitors: Visitors
) -> None:
    await under_review(site, site.data.not_started)
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, "/desk/reports")
    await pavel.check("desk-report")
    async with pavel.page.expect_download() as file:
        await pavel.named("XLSX").click()
    assert (await file.value).suggested_filename.endswith(".xlsx")
    await pavel.page.locator("td.num a").first.click()
    await pavel.page.wait_for_url("**/desk/reports/cases**")
    assert await pavel.page.locator("main a[href^='/desk/refunds/']").count() > 0
    await pavel.check("desk-report-cases")


async def test_a_client_is_seen_from_all_sides(site: Site, visitors: Visitors) -> None:
    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk/clients/{CLIENT.id}")
    await maria.check("desk-client")
    parts = maria.page.locator("main nav.tabs").get_by_role("link")
    for part in await parts.all_inner_texts():
        await maria.go(part)
        await maria.check()


async def test_a_renewal_says_what_each_role_can_do_about_it(
    site: Site, visitors: Visitors
) -> None:
    maria = await at_desk(visitors, SPECIALIST_LOGIN, "/desk/renewals?turn=client")
    await maria.page.locator("main table a").first.click()
    await maria.page.wait_for_url("**/desk/renewals/renewal-*")
    await maria.unfold("Сделать индивидуальное предложение")
    await maria.go("Сделать предложение")
    assert await maria.page.locator("#price-error").is_visible()
    await maria.check("desk-renewal")
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, maria.path.removesuffix("/offer"))
    assert await pavel.page.get_by_role("button", name="Сделать предложение").count() == 0
    await pavel.check()


async def test_a_coming_price_is_set_and_withdrawn_and_our_accounts_are_read(
    site: Site, visitors: Visitors
) -> None:
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, "/desk/reference/tariffs")
    await pavel.check("desk-tariffs")
    await pavel.go("Тариф 400")
    await pavel.go("Задать цену")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    day = site.data.today + timedelta(days=300)
    await pavel.type(price="40 000", valid_from=f"{day}")
    await pavel.go("Задать цену")
    assert await pavel.reads(f"с {day:%d.%m.%Y}")
    await pavel.check("desk-tariff")
    await pavel.unfold("Отозвать цену")
    await pavel.page.locator("[name^=withdrawal-]").fill(REASON)
    await pavel.go("Отозвать цену")
    assert await pavel.reads(REASON)
    await pavel.open("/desk/reference/accounts")
    await pavel.check("desk-accounts")
