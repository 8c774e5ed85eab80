"""A walk through the pages in a real browser, with a look at each of them."""

from pathlib import Path
from time import monotonic
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Download, Page, Request, expect

EXCHANGING = (
    ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, "
    "[aria-busy=true], .is-stale"
)


QUIET_LOOKS, LOOK_EVERY_MS, PATIENCE_S = 3, 40, 60
expect.set_options(timeout=PATIENCE_S * 1000)


class Walk:
    """Somebody at the browser; every page looked at must be without fault.

    Each act waits until the page asks the server for nothing more, so that the next
    one meets the page that came and not the one that is about to go.
    """

    def __init__(self, page: Page, start: str) -> None:
        self.page = page
        self.start = start
        self.faults: list[str] = []
        self.asked: set[Request] = set()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("request", self._ask)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _ask(self, request: Request) -> None:
        self.asked.add(request)

    def _answered(self, request: Request) -> None:
        self.asked.discard(request)

    def log_in(self, name: str, password: str) -> None:
        self.page.goto(self.start)
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.button("Log in")

    def link(self, name: str, *, exact: bool = False) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.settle()

    def button(self, name: str, *, exact: bool = False) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is asked of the server and nothing being exchanged."""
        until, quiet = monotonic() + PATIENCE_S, 0
        while quiet < QUIET_LOOKS:
            assert monotonic() < until, [request.url for request in self.asked]
            self.page.wait_for_timeout(LOOK_EVERY_MS)
            quiet = 0 if self.asked else quiet + 1
        expect(self.page.locator(EXCHANGING)).to_have_count(0)

    def look(self, heading: str) -> None:
        """Stand at the page with this heading; it is accessible and fits a phone."""
        self.settle()
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self.settle()
        violations = Axe().run(self.page).response["violations"]
        found = [
            (each["id"], [node["html"] for node in each["nodes"]])
            for each in violations
        ]
        assert found == [], f"{heading}: {found}"
        assert self.faults == [], f"{heading}: {self.faults}"
        self._fits_a_phone(heading)

    def _fits_a_phone(self, heading: str) -> None:
        usual = self.page.viewport_size
        self.page.set_viewport_size({"width": 390, "height": 800})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(usual)
        assert width <= 390, f"{heading} is {width} wide on a phone"

    def reads(self, text: str) -> None:
        """The page says this somewhere to be seen."""
        self.page.get_by_text(text).first.wait_for()

    def names(self, table: str) -> list[str]:
        """The heading of every row of the table with this caption."""
        self.settle()
        rows = self.page.get_by_role("table", name=table)
        return rows.locator("tbody th").all_inner_texts()

    def download(self, name: str) -> bytes:
        """Press or follow `name` and return the file that comes."""
        button = self.page.get_by_role("button", name=name)
        wanted = button.or_(self.page.get_by_role("link", name=name))
        with self.page.expect_download() as coming:
            wanted.first.click()
        file: Download = coming.value
        return Path(file.path()).read_bytes()
