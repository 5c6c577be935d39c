"""Settings: what an operator may say in the environment, and what is said to a wrong word."""

from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest

from app.settings import SettingMissing, Settings, Smtp

URL = "postgresql+psycopg2://app@/app?host=/run/app"


def given(**said: str) -> Settings:
    named = {f"HEREABOUTS_{name.upper()}": each for name, each in said.items()}
    return Settings.from_environment({"HEREABOUTS_DATABASE_URL": URL} | named)


def test_one_word_is_enough() -> None:
    assert given() == Settings(
        database_url=URL,
        bus="process",
        cors_origins=(),
        presence_lasts=timedelta(hours=2),
        map_style_url=None,
        pool_size=4,
        proxies=0,
        limits=True,
        moderators=frozenset(),
        metrics_token=None,
        origin="http://localhost:8000",
        smtp=None,
        mail_from="hereabouts@localhost",
        mail_folder="var/mail",
    )


@pytest.mark.parametrize(
    ("name", "said", "is_now"),
    [
        ("bus", "process", "process"),
        ("moderators", " Ana bob.b ", frozenset({"ana", "bob.b"})),
        ("bus", "postgres", "postgres"),
        ("cors_origins", "https://a.example", ("https://a.example",)),
        (
            "cors_origins",
            "https://a.example  https://b.example\n",
            ("https://a.example", "https://b.example"),
        ),
        ("cors_origins", "*", ("*",)),
        ("cors_origins", "", ()),
        ("map_style_url", "https://a.example/style.json", "https://a.example/style.json"),
        ("map_style_url", "", None),
        ("pool_size", "9", 9),
        ("proxies", "2", 2),
        ("proxies", "0", 0),
        ("limits", "no", False),
        ("metrics_token", "sixteen-letters!", "sixteen-letters!"),
        ("metrics_token", "", None),
        ("origin", "https://a.example", "https://a.example"),
        ("origin", "", "http://localhost:8000"),
        ("limits", "", True),
        ("pool_size", "", 4),
    ],
)
def test_a_setting_is_read(name: str, said: str, is_now: Any) -> None:
    assert getattr(given(**{name: said}), name) == is_now


@pytest.mark.parametrize(("said", "minutes"), [("90", 90), ("1", 1), ("", 120), ("1440", 1440)])
def test_a_presence_lasts_as_many_minutes_as_set(said: str, minutes: int) -> None:
    assert given(presence_minutes=said).presence_lasts == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("name", "said", "taught"),
    [
        ("bus", "redis", "'process' or 'postgres'"),
        ("bus", "Process", "'process' or 'postgres'"),
        ("clock", "2012-04-03", "2012-04-03T18:00:00Z x7200 since"),
        (
            "clock",
            "2012-04-03T18:00:00Z x1e999 since 2026-11-22T22:30:00Z",
            "Leave it out to live in the present",
        ),
        ("limits", "off", "'yes' or 'no'"),
        ("proxies", "11", "a whole number from 0 to 10"),
        *(
            (name, said, f"a whole number from 1 to {most}")
            for name, most in (("presence_minutes", 1440), ("pool_size", 100))
            for said in ("many", "0", "-5", "0.5", "1e3", "nan", "inf", str(most + 1), "9" * 400)
        ),
    ],
)
def test_a_wrong_word_is_told_by_name_with_what_may_be_said(name: str, said: str, taught: str) -> None:
    with pytest.raises(SettingMissing) as told:
        given(**{name: said})
    assert f"HEREABOUTS_{name.upper()} is '{said}'" in str(told.value)
    assert taught in str(told.value)


def test_another_time_may_be_lived_in() -> None:
    said = "2012-04-03T18:00:00+00:00 x7200.0 since 2026-11-22T22:30:00+00:00"
    assert str(given(clock=said).pace) == said


def test_a_secret_too_short_is_told_of_without_being_told() -> None:
    with pytest.raises(
        SettingMissing, match="HEREABOUTS_METRICS_TOKEN is too short; take at least 16"
    ) as told:
        given(metrics_token="fifteen-letters")
    assert "fifteen-letters" not in str(told.value)


def test_without_a_database_one_is_told_what_to_do() -> None:
    with pytest.raises(SettingMissing, match="script/server"):
        Settings.from_environment({})


def test_no_other_word_of_the_environment_counts() -> None:
    assert (
        Settings.from_environment({"HEREABOUTS_DATABASE_URL": URL, "DATABASE_URL": "x", "BUS": "y"})
        == given()
    )


def test_settings_never_change() -> None:
    with pytest.raises(FrozenInstanceError):
        given().bus = "postgres"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("url", "smtp"),
    [
        ("smtps://mail.example", Smtp("mail.example", 465, True)),
        ("smtp://mail.example", Smtp("mail.example", 587, False)),
        ("smtp://mail.example:25/", Smtp("mail.example", 25, False)),
        ("smtps://u%40town:p%2Fw@mail.example:4650", Smtp("mail.example", 4650, True, "u@town", "p/w")),
    ],
)
def test_a_mail_server_is_read(url: str, smtp: Smtp) -> None:
    assert given(smtp=url).smtp == smtp


@pytest.mark.parametrize(
    "url", ["mail.example", "http://u:swordfish@a", "smtp://", "smtp://u:swordfish@a:x", "smtps://a/b"]
)
def test_a_wrong_mail_server_is_not_quoted_as_it_holds_a_secret(url: str) -> None:
    with pytest.raises(SettingMissing, match=r"smtps://user:password@host") as refused:
        given(smtp=url)
    assert "swordfish" not in str(refused.value)
    assert "swordfish" not in repr(given(smtp="smtp://u:swordfish@a"))


@pytest.mark.parametrize(
    ("said", "origin", "sender", "folder"),
    [
        ({}, "http://localhost:8000", "hereabouts@localhost", "var/mail"),
        ({"origin": "https://Town.example"}, "https://town.example", "hereabouts@town.example", None),
        (
            {
                "origin": "https://town.example:8443",
                "mail_from": "post@town.example",
                "mail_folder": "/var/spool/here",
            },
            "https://town.example:8443",
            "post@town.example",
            "/var/spool/here",
        ),
    ],
)
def test_letters_come_from_where_people_reach_us(
    said: dict[str, str], origin: str, sender: str, folder: str | None
) -> None:
    settings = given(**said)
    assert (settings.origin, settings.mail_from, settings.mail_folder) == (origin, sender, folder)


@pytest.mark.parametrize(
    "origin", ["town.example", "https://town.example/", "http://town.example", "ftp://town.example"]
)
def test_an_origin_is_encrypted_or_this_machine(origin: str) -> None:
    with pytest.raises(SettingMissing, match="HEREABOUTS_ORIGIN"):
        given(origin=origin)


@pytest.mark.parametrize("sender", ["nobody", "a@b c", "a@b\nBcc: eve@evil.example"])
def test_a_sender_is_an_address(sender: str) -> None:
    with pytest.raises(SettingMissing, match="HEREABOUTS_MAIL_FROM"):
        given(mail_from=sender)
