"""The audit itself: what it must find, in the look in which it is there."""

from pathlib import Path

from playwright.async_api import Browser

from stack.folders import CHECKOUT
from tests.browser.audit import LOOKS, faults_of, take

PAGE = """<!doctype html><html lang="ru"><title>Возвраты</title>
<style>:root { color-scheme: light dark } body { background: light-dark(#fff, #222) }
p { color: light-dark(#111, #2a2a2a) }</style>
<main><h1 style="color: light-dark(#111, #eee)">Возвраты</h1><p>Деньги в пути</p></main>"""
NAMELESS = '<main><h1>Возвраты</h1><a href="/">\N{NO-BREAK SPACE}</a></main>'


async def test_what_only_the_dark_cannot_be_read_in_is_found_there(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content(PAGE)
    found = {}
    for look in LOOKS:
        await take(page, look)
        found[look.name] = await faults_of(page, look)
    await page.close()
    assert found["light"] == found["phone"] == []
    assert "color-contrast" in found["dark"][0]


async def test_what_is_no_colour_is_found_in_the_light(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content(f'<!doctype html><html lang="ru"><title>x</title>{NAMELESS}')
    await take(page, LOOKS[0])
    found = await faults_of(page, LOOKS[0])
    await page.close()
    assert any("link-name" in one for one in found)


def test_a_scheme_changes_colours_alone() -> None:
    """`light-dark()` takes nothing but colours; a media query could change everything."""
    styles = [
        *(CHECKOUT / "starter/web").rglob("*.css"),
        *(CHECKOUT / "starter/web").rglob("*.html"),
    ]
    written = "".join(Path(one).read_text("utf-8") for one in styles)
    assert "light-dark(" in written
    assert "prefers-color-scheme" not in written
