"""What the page is made of, and what it may load."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import kinds_of_refusal
from app.factory import create_app
from app.settings import Settings
from app.trust.terms import Level, disclosed_at
from app.web.assets import LIBRARIES, OURS, edition, file_of
from geo import DISTRICT, QUARTER, Position, area_from_geojson, blur, cell_of

TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PAGES = ("/", "/link", "/oauth/authorize", "/v1/docs", "/v1/problems/invalid")


class Addresses(HTMLParser):
    """All addresses of a page, and what is written inline."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.all += [value for name in ("href", "src") if (value := given.get(name)) and value[0] == "/"]
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("page", PAGES)
def test_everything_a_page_names_is_there_with_its_type_and_kept_for_good(
    client: FlaskClient, page: str
) -> None:
    answer = client.get(page)
    assert answer.mimetype == "text/html"
    assets = [each for each in Addresses(answer.text).all if each.startswith("/assets/")]
    assert assets
    for address in assets:
        got = client.get(address, buffered=True)
        assert (got.status_code, got.mimetype) == (200, TYPES[Path(address.partition("#")[0]).suffix]), (
            address
        )
        assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (
            client.get(address, headers={"If-None-Match": got.headers["ETag"]}, buffered=True).status_code
            == 304
        )


@pytest.mark.parametrize("page", PAGES)
def test_a_page_may_load_what_is_ours_and_runs_nothing_inline(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "://" not in policy
    assert Addresses(answer.text).inline == []


def test_a_background_map_may_come_from_where_the_operator_says(app: Flask) -> None:
    url = app.extensions["hereabouts"].settings.database_url
    other = create_app(Settings(database_url=url, map_style_url="https://tiles.example.org/style.json?key=1"))
    answer = other.test_client().get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' https://tiles.example.org;" in policy
    assert "script-src 'self';" in policy
    assert 'data-map-style="https://tiles.example.org/style.json?key=1"' in answer.text


def test_the_worker_alone_may_keep_the_page(client: FlaskClient) -> None:
    worker, module = (
        client.get(f"/assets/{edition()}/{name}", buffered=True) for name in ("worker.js", "app.mjs")
    )
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert "Service-Worker-Allowed" not in module.headers


def test_the_files_of_another_edition_are_not_kept(client: FlaskClient) -> None:
    assert client.get("/assets/another/app.mjs", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.mjs", "../routes.py", "..%2froutes.py", "lib/package.json", "app"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{edition()}/{name}").status_code == 404


def test_every_module_finds_what_it_imports() -> None:
    for module in OURS.rglob("*.mjs"):
        home = "/" + str(module.relative_to(OURS))
        for named in re.findall(r'from "(\..+?)"', module.read_text()):
            found = file_of(urljoin(home, named).removeprefix("/"))
            assert found is not None, f"{home} imports {named}"


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_libraries_are_those_of_the_lock_file(name: str) -> None:
    found = file_of(name)
    assert found is not None
    assert found.exists()


@pytest.mark.parametrize("kind", kinds_of_refusal(), ids=lambda kind: kind.slug)
def test_every_problem_type_can_be_looked_up(client: FlaskClient, kind: type[Exception]) -> None:
    page = client.get(f"/v1/problems/{kind.slug}")  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert f"<h1>{kind.title}</h1>" in unescape(page.text)  # type: ignore[attr-defined]


@given(
    lat=st.floats(-60, 60),
    lon=st.floats(-179.9, 179.9),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_blurred_position_is_the_middle_of_a_quarter_that_is_drawn(
    client: FlaskClient, lat: float, lon: float
) -> None:
    seen = blur(Position(lat, lon), QUARTER)
    west, south, east, north = seen.lon - 0.001, seen.lat - 0.001, seen.lon + 0.001, seen.lat + 0.001
    quarters = client.get(f"/quarters.geojson?bbox={west},{south},{east},{north}").get_json(force=True)
    outlines = {tuple(each["properties"]["centre"]): each["geometry"] for each in quarters["features"]}
    assert area_from_geojson(outlines[seen.lon, seen.lat]).contains(seen)


@pytest.mark.parametrize("size", ["street", "quarter", "city"])
@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_disclosed_is_the_middle_of_the_cell_that_is_drawn(
    client: FlaskClient, size: str, lat: float, lon: float
) -> None:
    seen = disclosed_at(Position(lat, lon), Level.of(size))
    drawn = client.get(f"/cells.geojson?size={size}&at=0,0&at={seen.lon},{seen.lat}").get_json(force=True)
    assert drawn["features"][1]["properties"]["centre"] == [seen.lon, seen.lat]


def test_cells_are_drawn_by_their_names_in_that_order(client: FlaskClient) -> None:
    names = ["871fb4662ffffff", "873944601ffffff"]
    asked = "&".join(f"cell={each}" for each in names)
    drawn = client.get(f"/cells.geojson?{asked}").get_json(force=True)["features"]
    assert [each["id"] for each in drawn] == names
    for each in drawn:
        lon, lat = each["properties"]["centre"]
        assert f"{cell_of(Position(lat, lon), DISTRICT):x}" == each["id"]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "size=street",
        "size=exact&at=2,41",
        "size=city&at=2",
        "size=city&at=a,b",
        "size=city&at=nan,1",
        "size=city&at=2,91",
        "size=city&" + "at=2,41&" * 101,
        "cell=",
        "cell=0",
        "cell=871fb4662fffffg",
        "cell=8f1fb4662ffffff",
        "cell=" + "f" * 400,
        "cell=871fb4662ffffff&" * 101,
    ],
)
def test_what_is_no_cell_is_refused_with_a_reason(client: FlaskClient, asked: str) -> None:
    answer = client.get(f"/cells.geojson?{asked}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize("bbox", ["", "1,2,3", "-10,-10,10,10", "2,41,1,nan", "0,10,1,0"])
def test_what_is_no_part_of_the_map_is_refused_with_a_reason(client: FlaskClient, bbox: str) -> None:
    answer = client.get("/quarters.geojson", query_string={"bbox": bbox})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
