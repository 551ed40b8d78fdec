"""Pictures of pages for documents and for people who look at them: `make pictures`."""

import io
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from tests.browser.audit import NARROW, Look

QUALITY = 50
"""Of WebP, out of a hundred: text stays sharp, and all pictures together below eight megabytes."""
SLOW = 6
"""How hard the encoder tries, out of six."""

NARROW_TOO = frozenset(
    {
        *("login", "orders", "orders-menu", "refund-computed", "statement", "refund-to-sign"),
        *("refund-completed", "subscription-menu", "subscription-renew", "order-form"),
        *("order-invoice", "settings", "desk-queue", "desk-review"),
    }
)
"""Pages that are also kept as a phone shows them."""


class Album:
    """Keeps whole pages in a folder, instead of those of the last time; without one, nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("*.webp"):
                old.unlink()

    async def keep(self, page: Page, name: str, look: Look) -> None:
        """A picture under this name and the look's; no name, no picture."""
        if self._folder is None or not name:
            return
        if look.width == NARROW and name not in NARROW_TOO:
            return
        taken = await page.screenshot(full_page=True, animations="disabled", caret="hide")
        file = self._folder / f"{name}-{look.name}.webp"
        Image.open(io.BytesIO(taken)).convert("RGB").save(file, quality=QUALITY, method=SLOW)
