"""What must be true of every page that a browser shows, whatever it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from stack.folders import CHECKOUT

AXE = (CHECKOUT / "tests/starter/web/vendor/axe.min.js").read_text("utf-8")
STANDARDS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
"""The rules that axe tries, by their tags."""
NARROW = 320
"""CSS pixels: WCAG 1.4.10, a page of 1280 at four hundred percent."""
WIDE = 1024
HEIGHT = 768
RECORD = """
window.__moved = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (one.hadRecentInput) continue;
    const place = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
    const moves = one.sources.map(({ node, previousRect, currentRect }) =>
      `${place(previousRect)} → ${place(currentRect)} ${node?.outerHTML?.slice(0, 80)}`);
    window.__moved.push(`${one.value.toFixed(5)}: ${moves.join(" | ")}`);
  }
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
"""Runs before a page does: what moves without a person having done anything, and what the policy of
contents refuses.
"""
TOLD_MS = 100
"""The browser tells of a move a little after the frame that shows it."""
MOVED = f"""async () => {{
  await new Promise((told) => setTimeout(told, {TOLD_MS}));
  const moved = window.__moved ?? [];
  window.__moved = [];
  return moved;
}}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
OF_COLOURS = "cat.color"
"""The rules of axe that a scheme can bear upon: it changes colours alone."""
VIOLATIONS = """async ([tags, only]) => {
  const rules = only && axe.getRules(tags).filter((one) => one.tags.includes(only));
  const runOnly = rules ? rules.map((one) => one.ruleId) : tags;
  const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return found.violations.map(
    ({ id, nodes }) => `${id}: ` + nodes.map(({ target, failureSummary }) =>
      `${target} — ${failureSummary.replace(/\\s+/g, " ")}`).join("; "));
}"""


@dataclass(frozen=True)
class Look:
    """How somebody may see a page. `only` is the category of axe's rules that are tried in it."""

    name: str
    scheme: Any
    width: int
    only: str = ""


LOOKS: Sequence[Look] = (
    Look("light", "light", WIDE),
    Look("dark", "dark", WIDE, OF_COLOURS),
    Look("phone", "light", NARROW),
)


async def take(page: Page, look: Look) -> None:
    """Shows the page so."""
    await page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": look.width, "height": HEIGHT})


async def faults_of(page: Page, look: Look) -> list[str]:
    """What axe finds in the page as it is now, and whether it is wider than its window."""
    if await page.evaluate("() => typeof axe === 'undefined'"):
        await page.evaluate(AXE)
    found = [str(one) for one in await page.evaluate(VIOLATIONS, [list(STANDARDS), look.only])]
    if (wider := await page.evaluate(TOO_WIDE)) > 0:
        found.append(f"the page is {wider} pixels wider than its window")
    return [f"{page.url} ({look.name}): {one}" for one in found]


async def moves_of(page: Page) -> list[str]:
    """What has moved in the page by itself since this was last asked."""
    return [f"{page.url} moved {one}" for one in await page.evaluate(MOVED)]
