"""The menu of every page: what is there, which of it is here; and help for everybody."""

import re

import pytest

from db.database import Database
from domain.access.roles import Role
from starter.web.app import all_pages, create_app
from starter.web.http.navigation import DESK_SECTIONS, SECTIONS, Section, section_of
from tests.books import Books
from tests.starter.caller import settings as settings_with
from tests.starter.conftest import nobody
from tests.starter.web.browser import SITE, Browser


def test_every_section_is_a_page_and_every_page_of_the_cabinet_is_of_a_section() -> None:
    paths = {page.path for page in all_pages() if page.methods == {"GET"}}
    assert {section.path for section in (*SECTIONS, *DESK_SECTIONS)} <= paths
    outside = {path for path in paths if section_of(path) is None}
    of_none = ("/login", "/help", "/dossier-keys", "/desk", "/events")
    assert all(path.startswith(of_none) for path in outside), outside


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
async def test_the_menu_marks_where_one_is(
    browser: Browser, books: Books, section: Section
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    page = await browser.get(section.path)
    marked = re.findall(r'<li><a href="([^"]+)" aria-current="page">', page.html)
    assert marked == [section.path]


async def test_a_page_below_a_section_marks_the_section_and_not_the_page(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    page = await browser.get("/refunds/refund-17-1")
    assert '<li><a href="/" aria-current="true">' in page.html


async def test_whoever_is_not_logged_in_has_no_menu(browser: Browser) -> None:
    assert 'class="sections"' not in (await browser.get("/login")).html


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (
            Role.SPECIALIST,
            [
                "/desk",
                "/desk/tickets",
                "/desk/disputes",
                "/desk/collections",
                "/desk/limit-requests",
                "/desk/reports",
                "/desk/reference",
            ],
        ),
        (
            Role.ACCOUNTANT,
            [
                "/desk",
                "/desk/tickets",
                "/desk/disputes",
                "/desk/collections",
                "/desk/runs",
                "/desk/entries",
                "/desk/differences",
                "/desk/reports",
                "/desk/reference",
            ],
        ),
        (Role.LAWYER, ["/desk", "/desk/collections"]),
    ],
)
async def test_the_menu_of_staff_has_what_their_role_may_see(
    browser: Browser, role: Role, sections: list[str]
) -> None:
    await browser.log_in(role)
    page = await browser.get("/desk")
    (menu,) = re.findall(r'<nav class="sections".*?</nav>', page.html, re.DOTALL)
    assert re.findall(r'<li><a href="([^"]+)"', menu) == sections
    assert '<li><a href="/desk" aria-current="page">' in page.html


async def test_help_is_for_everybody_and_counts_by_the_policies_in_force(
    browser: Browser, books: Books
) -> None:
    page = await browser.get("/help")
    assert page.status == 200
    assert "10 банковских дней" in page.words
    assert "У вас есть 30 дней." in page.words
    assert "указаны в вашем договоре" in page.words
    assert 'href="/help"' in (await browser.get("/login")).html


async def test_help_names_whom_the_settings_name(database_url: str, database: Database) -> None:
    configured = settings_with(
        database_url,
        KOPEYKA_CABINET_URL=SITE,
        KOPEYKA_SUPPORT_EMAIL="help@kopeyka.example",
        KOPEYKA_SUPPORT_PHONE="+7 (495) 000-00-00",
    )
    browser = Browser(create_app(configured, database, nobody), database)
    async with browser.http:
        page = await browser.get("/help")
    assert 'href="mailto:help@kopeyka.example"' in page.html
    assert 'href="tel:+74950000000"' in page.html
