"""A window of the browser: what a person does in it, and everything that goes wrong meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Response

from tests.browser.album import Album
from tests.browser.audit import LOOKS, RECORD, faults_of, moves_of, take

STEP_LIMIT_MS = 60_000
"""How long one thing may take on a loaded machine; none takes a second on an idle one."""
CHECK_LIMIT_SECONDS = 120
"""How long all looks at a page may take."""
LOOK_SECONDS = 0.5
"""Between two looks at a page that does not change by itself."""
PIXEL = 1
"""A page is scrolled by whole ones."""
OF_THE_ANSWER = "Failed to load resource"
"""What the browser says of an answer with an error; answers are watched by themselves."""

MOST_TABS = 150
"""How far a thing may be from the beginning of a page."""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const name = one.ariaLabel ?? one.labels?.[0]?.innerText ?? one.innerText ?? "";
  const outline = style.outlineStyle === "none" ? style.boxShadow : style.outlineStyle;
  return { name: name.trim(), outline };
}"""


class Window:
    """A page of one person's browser. `troubles` are errors of the console, of scripts, of the
    policy of contents, of files and of the server; `expected` are statuses of answers to scripts
    that a journey brings about.
    """

    def __init__(self, page: Page, site_url: str, album: Album) -> None:
        self.page = page
        self.troubles: list[str] = []
        self.expected: set[int] = set()
        self.url = site_url
        self._album = album
        page.set_default_timeout(STEP_LIMIT_MS)
        page.on("console", self._said)
        page.on("pageerror", self._broke)
        page.on("response", self._answered)

    async def open(self, path: str) -> int:
        """Goes to an address of the site; gives the status of the answer."""
        answer = await self.page.goto(f"{self.url}{path}")
        return HTTPStatus.OK if answer is None else answer.status

    @property
    def path(self) -> str:
        """Where it is, without what stands after the `?`."""
        return self.page.url.removeprefix(self.url).partition("?")[0].partition("#")[0]

    async def check(self, picture: str = "") -> None:
        """Nothing has moved, nothing has gone wrong, and axe finds nothing in any look.

        With `picture`, `make pictures` keeps it under this name.
        """
        async with asyncio.timeout(CHECK_LIMIT_SECONDS):
            self.troubles += await moves_of(self.page)
            for look in LOOKS:
                await take(self.page, look)
                self.troubles += await faults_of(self.page, look)
                await self._album.keep(self.page, picture, look)
            await take(self.page, LOOKS[0])
            await moves_of(self.page)  # what moved because it was looked at is nobody's fault
        assert self.troubles == [], "\n".join(self.troubles)

    async def go(self, name: str, *, exact: bool = True) -> None:
        """By a link or a button, by what it says, to the page that it leads to."""
        async with self.page.expect_navigation():
            await self.named(name, exact=exact).click()

    @asynccontextmanager
    async def told(self, text: str) -> AsyncIterator[None]:
        """What the block brings about is on the page by itself; what moves for it is no fault."""
        self.troubles += await moves_of(self.page)
        yield
        await self.settles(text)

    @asynccontextmanager
    async def under_hand(self, name: str) -> AsyncIterator[None]:
        """The pointer is at this link or button, which stays there whatever comes meanwhile."""
        held = self.named(name)
        await held.hover()
        before = await held.bounding_box()
        yield
        after = await held.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(after["y"] - before["y"]) < PIXEL, f"{name} has moved to {after}"

    async def settles(self, text: str) -> None:
        """Waits until a page that is under way since it was opened says so by itself."""
        await self.page.get_by_text(text).first.wait_for()
        await moves_of(self.page)

    async def shows_after_looks(self, text: str) -> None:
        """Asks for the page again until it says so."""
        async with asyncio.timeout(CHECK_LIMIT_SECONDS):
            while not await self.reads(text):
                await asyncio.sleep(LOOK_SECONDS)
                await self.page.reload()

    @asynccontextmanager
    async def looked(self) -> AsyncIterator[None]:
        """At the end of the block the page has been looked at anew by itself."""
        async with self.page.expect_response(_is_look) as look:
            yield
        await (await look.value).finished()

    async def without_stream(self) -> None:
        """From now on its pages hear of no change by themselves."""
        await self.page.route("**/events", lambda route: route.abort())

    async def confirm(self, name: str) -> None:
        """The button of the dialog that asks once more, to the page that it leads to."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("dialog").get_by_role("button", name=name).click()

    def named(self, name: str, *, exact: bool = True) -> Locator:
        """A link or a button, by what it says."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        return button.or_(self.page.get_by_role("link", name=name, exact=exact))

    async def unfold(self, name: str) -> None:
        """What is hidden under these words."""
        await self.page.locator("summary").get_by_text(name).click()

    async def type(self, **fields: str | None) -> None:
        """Fields by their names."""
        for name, text in fields.items():
            field = self.page.locator(f"[name={name}]")
            if text is not None and await field.count():
                await field.fill(text)

    async def enter(self, name: str) -> None:
        """By the keyboard to what has this name, and by Enter to where it leads."""
        await self.tab_to(name)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def tab_to(self, name: str) -> None:
        """By the Tab key to what has this name; its focus is seen."""
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            focused = await self.page.evaluate(FOCUSED)
            assert focused["outline"] != "none", f"the focus on {focused['name']} is not seen"
            if focused["name"].startswith(name):
                return
        raise AssertionError(f"{name} is not reached by the keyboard on {self.page.url}")

    async def reads(self, text: str) -> bool:
        """Whether the page says so anywhere; the page is waited for, words are not."""
        return await self.page.get_by_text(text).first.is_visible()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(OF_THE_ANSWER):
            self.troubles.append(f"{self.page.url} console: {message.text}")

    def _broke(self, error: Error) -> None:
        self.troubles.append(f"{self.page.url} script: {error}")

    def _answered(self, answer: Response) -> None:
        limit = (
            HTTPStatus.INTERNAL_SERVER_ERROR
            if answer.request.is_navigation_request()
            else HTTPStatus.BAD_REQUEST
        )
        if not answer.url.startswith(self.url) or answer.status in self.expected:
            return
        if answer.status >= limit:
            self.troubles.append(f"{answer.url} answered {answer.status}")


def _is_look(answer: Response) -> bool:
    return "live-look" in answer.request.headers


async def new_window(context: BrowserContext, site_url: str, album: Album) -> Window:
    """A tab of this browser."""
    return Window(await context.new_page(), site_url, album)


async def recording(context: BrowserContext) -> None:
    """Every page of this browser tells what moves and what is refused."""
    await context.add_init_script(RECORD)
