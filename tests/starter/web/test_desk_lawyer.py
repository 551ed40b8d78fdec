"""The lawyer at the desk: debts by sum and by silence, courts, handed back; and no money."""

import re

import pytest

from domain.access.roles import Role
from starter.web.desk import lawyer
from tests.books import Books
from tests.starter.broken_invariants import behind_the_back
from tests.starter.caller import Api
from tests.starter.collection.overdue import Overdue, may_be_written_to_now, overdue
from tests.starter.web.browser import Browser
from tests.starter.web.test_desk_collections import COURT, LIST, done, in_days, sent

QUEUE = "/desk/lawyer"


def places(page: str, *cases: Overdue) -> list[int]:
    """Where a list has the cases."""
    return [page.index(f'{LIST}/{one.number}"') for one in cases]


async def at_the_lawyer(api: Api, books: Books, reason: str = "молчит") -> Overdue:
    case = await overdue(api, books, may_be_written_to_now(books))
    assert (await case.staff("lawyer", reason=reason)).status_code == 200
    return case


async def test_the_largest_come_first_or_the_longest_silent(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    large, silent = [await at_the_lawyer(whole_api, books) for _ in range(2)]
    behind_the_back(
        books,
        f"UPDATE invoices SET total_kopecks = total_kopecks + 100 WHERE number = '{large.number}';"  # noqa: S608  our own ids
        f"UPDATE collections SET due_on = due_on - 30 WHERE id = '{silent.id}'",
    )
    await customer.log_in(Role.LAWYER, login="morozova")
    by_sum = await customer.get(QUEUE)
    by_silence = await customer.get(f"{QUEUE}?by=silence")
    behind_the_back(
        books,
        f"UPDATE invoices SET total_kopecks = total_kopecks - 100 WHERE number = '{large.number}'",  # noqa: S608  our own ids
    )
    assert places(by_sum.html, large, silent) == sorted(places(by_sum.html, large, silent))
    assert places(by_silence.html, silent, large) == sorted(places(by_silence.html, silent, large))
    assert f"{LIST}/{large.number}/claim.pdf" in by_sum.html
    assert f"{LIST}/{large.number}/dossiers" in by_sum.html
    assert "молчит" in by_sum.words


async def test_a_list_goes_on_after_the_last_row_that_was_shown(
    whole_api: Api, books: Books, customer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await at_the_lawyer(whole_api, books) for _ in range(3)]
    await customer.log_in(Role.LAWYER, login="morozova")
    for order in ("sum", "silence"):
        monkeypatch.setattr(lawyer, "SHOWN", 1)
        path, found = f"{QUEUE}?by={order}", list[str]()
        while path:
            page = await customer.get(path)
            found += re.findall(rf'<td><a href="{LIST}/([^"]+)"', page.html)
            further = re.search(r'class="button" href="([^"]+after=[^"]+)"', page.html)
            path = further.group(1).replace("&amp;", "&") if further else ""
        assert len(found) == len(set(found))
        assert {one.number for one in cases} <= set(found)


async def test_the_lawyer_claims_goes_to_court_and_hands_back_but_moves_no_money(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    case = await at_the_lawyer(whole_api, books)
    await customer.log_in(Role.LAWYER, login="morozova")
    page = await customer.get(f"{LIST}/{case.number}")
    assert "У юриста" in page.words
    assert f"{LIST}/{case.number}/settle" not in page.html
    assert f"{LIST}/{case.number}/write-off" not in page.html
    assert f"/desk/clients/{case.client_id}" not in page.html
    for path, typed in (
        ("settle", {"settle_reason": "Зачёт"}),
        ("cancel", {"cancel_reason": "Нет"}),
    ):
        assert (await sent(customer, case, path, **typed)).status == 403
    await done(customer, case, "court", COURT["number"], filed_on=in_days(0), **COURT)
    assert "подано в суд" in (await customer.get(QUEUE)).words
    page = await done(customer, case, "lawyer/return", "Суд не нужен", return_reason="Суд не нужен")
    assert "Суд не нужен" in page.words
    assert case.number not in (await customer.get(QUEUE)).html
