"""The report on refunds at the desk: plots, tables, files, and the cases behind each figure."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Line
from tests.starter.refund.shop import SERVICE, Shop
from tests.starter.web.browser import Browser
from texts import translate

TODAY = moscow_date(datetime.now(UTC))


async def test_the_page_shows_plots_and_leads_to_cases_and_files(
    shop: Shop, customer: Browser
) -> None:
    case = await shop.opened(Line())
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get("/desk/reports")
    assert '<svg class="bar"' in page.html
    assert translate("refund.staff_status.awaiting_statement") in page.words
    link = page.html.split("figure=status&amp;value=awaiting_statement")[0].rsplit('href="', 1)[1]
    cases = await customer.get(
        f"{link.replace('&amp;', '&')}figure=status&value=awaiting_statement"
    )
    assert f'href="/desk/refunds/{case.id}"' in cases.html
    uncounted = await shop.opened(SERVICE)
    status = f"figure=status&value=awaiting_specialist&first_day={TODAY}&last_day={TODAY}"
    rows = (await customer.get(f"/desk/reports/cases?{status}")).words
    assert re.search(rf"{uncounted.id} \S+ \S+ \(МСК\) [^₽]*? —", rows)
    wrong = await customer.get("/desk/reports?first_day=завтра")
    assert (wrong.status, 'id="first_day-error"' in wrong.html) == (422, True)
    query = f"first_day={TODAY}&last_day={TODAY}"
    table = (await customer.get(f"/desk/reports/refunds.csv?{query}")).response
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][0].startswith("Отчёт о возвратах")
    assert {line[0] for line in lines[2:]} >= {"По месяцам", "Где они сейчас"}
    book = (await customer.get(f"/desk/reports/refunds.xlsx?{query}")).response
    with zipfile.ZipFile(io.BytesIO(book.content)) as opened:
        assert "Отчёт о возвратах" in opened.read("xl/sharedStrings.xml").decode()
    assert (await customer.get(f"/desk/reports/refunds.exe?{query}")).status in {404, 422}
