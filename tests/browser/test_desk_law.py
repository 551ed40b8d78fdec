"""The key rate and the calculator of the desk."""

from pathlib import Path

from stack.product import KEY_RATE_FILE
from tests.browser.desk import ACCOUNTANT_LOGIN, at_desk
from tests.browser.site import Site, Visitors

COUNTED = "/desk/reference/calculator?count={}"


async def test_an_accountant_counts_by_the_law_and_sees_what_it_was_counted_by(
    site: Site, visitors: Visitors
) -> None:
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, COUNTED.format("interest"))
    await pavel.type(
        sum="100 000", first_day="2025-09-01", last_day="2025-12-31", payments="15.10.2025 40 000"
    )
    await pavel.go("Посчитать")
    assert await pavel.reads("Требует проверки юристом")
    await pavel.check("desk-calculator")
    await pavel.type(last_day="2027-01-10")
    await pavel.go("Посчитать")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    await pavel.open(
        COUNTED.format("penalty")
        + "&kind=penalty_goods&sum=15000&first_day=2025-12-21&last_day=2026-04-30"
    )
    assert await pavel.reads("решает юрист")
    await pavel.check("desk-calculator-penalty")
    for rest in ("fees&sum=48000&day=2026-11-30", "days&event=claim_sent&day=2026-03-02"):
        await pavel.open(COUNTED.format(rest))
        await pavel.check()


async def test_an_accountant_sees_which_rates_a_file_changes_before_it_does(
    site: Site, visitors: Visitors, tmp_path: Path
) -> None:
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, "/desk/reference/key-rate")
    await pavel.check("desk-key-rate")
    changed = tmp_path / "rates.csv"
    changed.write_text(KEY_RATE_FILE.read_text() + "2026-09-09,13.5\n")
    await pavel.page.locator("#file").set_input_files(changed)
    await pavel.type(covered_until="2026-09-20")
    await pavel.go("Показать, что изменится")
    assert await pavel.reads("09.09.2026 – 20.09.2026")
    await pavel.check("desk-key-rate-preview")
    await pavel.go("Записать ставки")
    assert await pavel.reads("Ставка известна по 20.09.2026 включительно")
