"""Somebody in front of the page: what they do there, what they see, and what the browser complains about."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from matplotlib.image import imread
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

from geo import Position
from tests.served import Served

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
PASSWORD = "correct horse"
# Much, as one machine draws all these maps without a graphics card; it is waited only where something is wrong.
PATIENCE_S = 30
#: A browser notes every refusal of the server; the page has told of it in words.
REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Screen:
    """A page in a browser of its own."""

    served: Served
    page: Page
    handle: str = field(default_factory=lambda: f"p-{secrets.token_hex(4)}")
    complaints: list[str] = field(default_factory=list)
    connected: bool = True
    #: What came over the socket, and the addresses asked for since the page was opened.
    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda line: line.on("framereceived", self._hear))

    def opens(self, at: Position | None = None, zoom: float = 14, view: str = "here") -> "Screen":
        """Open the page, at a part of the map."""
        place = f"#{view}/{at.lat},{at.lon},{zoom}" if at else f"#{view}"
        self.page.goto(f"{self.served.url}/{place}")
        expect(self.heading).to_be_visible()
        return self

    def signs_up(self, choosing: str = "Open house") -> "Screen":
        """Sign up, and let others know what a ready contract says."""
        self.enters()
        self.chooses(choosing)
        self.turns_to("Here")
        expect(self.page.get_by_text("Listening …")).to_have_count(0)
        return self

    def enters(self) -> None:
        """Sign up, as far as the question what others may know."""
        self.turns_to("You")
        self.page.get_by_label("Handle").fill(self.handle)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign up").click()
        expect(self.page.locator("#line")).to_have_text("Live")
        expect(self.heading).to_have_text("What may others know of me?")

    def chooses(self, ready: str) -> None:
        """Choose a ready contract where one is asked for it."""
        self.page.get_by_role("radio", name=ready).check()
        self.page.get_by_role("button", name="Let this hold").click()
        expect(self.notices).to_contain_text("This holds from now on.")

    def turns_to(self, view: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=view).click()

    def checks_in(self, saying: str) -> None:
        """Check in where the middle of the map is."""
        self.page.get_by_role("button", name="What are you doing?").click()
        self.page.get_by_label("What are you doing?").fill(saying)
        self.page.get_by_role("button", name="Map’s middle").click()
        self.page.get_by_role("button", name="Check in", exact=True).click()
        expect(self.check_in(saying)).to_be_visible()

    def loses_the_connection(self) -> None:
        """Be without a connection from now on, of which a browser notes much."""
        self.connected = False
        self.page.context.set_offline(True)

    def shows(self, colour: tuple[int, int, int]) -> None:
        """Wait until the very middle of the map has a colour."""
        self._watches_the_middle(lambda seen: seen == colour, f"not {colour}")

    def shows_another_than(self, colour: tuple[int, int, int]) -> None:
        """Wait until it has another one."""
        self._watches_the_middle(lambda seen: seen != colour, "as it should not be")

    def _watches_the_middle(self, right: Callable[[tuple[int, ...]], bool], wrong: str) -> None:
        box = self.page.locator("#map").bounding_box()
        assert box is not None
        middle = {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + box["height"] / 2,
            "width": 1,
            "height": 1,
        }
        give_up = time.monotonic() + PATIENCE_S
        while not right(seen := pixel(self.page.screenshot(clip=middle))):  # type: ignore[arg-type]
            assert time.monotonic() < give_up, f"the middle of the map is {seen}, {wrong}"
            self.page.wait_for_timeout(100)

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def notices(self) -> Locator:
        return self.page.locator("#notices")

    @property
    def feed(self) -> Locator:
        return self.page.get_by_role("list", name="Check-ins, newest first").get_by_role("listitem")

    def check_in(self, saying: str) -> Locator:
        return self.feed.filter(has_text=saying)

    @property
    def token(self) -> str | None:
        kept: str | None = self.page.evaluate("localStorage.getItem('hereabouts.token')")
        return kept

    def _hear(self, frame: str | bytes) -> None:
        self.heard.append(str(frame))

    def _note(self, kind: str, said: str) -> None:
        if not self.connected and "ERR_INTERNET_DISCONNECTED" in said:
            return
        if kind == "error" and not REFUSAL.search(said):
            self.complaints.append(said)


def hears_alone(someone: Screen, script: str, check_in: object) -> Any:
    """What a script returns that lets the page's surroundings hear what no server said, with a check-in at hand."""
    someone.page.goto(f"{someone.served.url}/v1/problems/invalid")
    return someone.page.evaluate(
        """async (checkIn) => {
            const { Surroundings } = await import("/assets/any/surroundings.mjs");
            const live = Object.assign(new EventTarget(), { line: "connected", watch() {}, unwatch() {} });
            const surroundings = new Surroundings(live);
            const hear = (kind, detail) => live.dispatchEvent(new CustomEvent(kind, { detail }));
            """
        + script
        + "}",
        check_in,
    )


def pixel(png: bytes) -> tuple[int, ...]:
    """The colour of a picture's first point, of 255."""
    return tuple(round(part * 255) for part in imread(BytesIO(png))[0, 0, :3])


class Cable:
    """The line between a page and its server, to be pulled and put back."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        self._plugged = True
        self._lines: list[WebSocketRoute] = []
        context.route_web_socket(re.compile("/socket.io/"), self._connect)

    def pull(self) -> None:
        self._plugged = False
        for line in self._lines:
            line.close()
        self._lines.clear()

    def put_back(self) -> None:
        self._plugged = True

    def _connect(self, line: WebSocketRoute) -> None:
        if not self._plugged:
            line.close()
            return
        server = line.connect_to_server()
        line.on_message(lambda said: self._pass(server, said))
        self._lines.append(line)

    def _pass(self, server: WebSocketRoute, said: Any) -> None:
        self.said.append(str(said))
        server.send(said)
