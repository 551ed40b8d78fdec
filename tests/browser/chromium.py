"""Debian's Chromium: where it is, and how it is started."""

from shutil import which

from playwright.async_api import Browser, Playwright

PROGRAMS = ("chromium", "chromium-browser")
MISSING = "NOT TRIED in a browser: no Chromium is on the PATH (Debian: apt-get install chromium)"
"""The one line that says why nothing was tried."""
FLAGS = ("--no-proxy-server", "--disable-gpu")
"""Beside those that Playwright sets: everything asked for is on the loopback."""
START_LIMIT_MS = 120_000


def program() -> str | None:
    """The path of the machine's Chromium; None where there is none."""
    return next((found for name in PROGRAMS if (found := which(name))), None)


async def started(playwright: Playwright, path: str) -> Browser:
    """Without a window; root may run it too."""
    return await playwright.chromium.launch(
        executable_path=path,
        chromium_sandbox=False,
        args=list(FLAGS),
        timeout=START_LIMIT_MS,
    )
