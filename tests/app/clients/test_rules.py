"""Where people may be sent back to: nowhere that could be anybody's, or run anything."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clients.rules import is_registered, what_is_wrong_with

SOUND = [
    "https://app.example",
    "https://app.example/back?a=b",
    "https://app.example:8443/back",
    "http://127.0.0.1/back",
    "http://127.0.0.1:8000/",
    "http://[::1]:8000/",
    "http://localhost/back",
    "org.example.diary:/back",
    "org.example.diary:back",
]
UNSOUND = [
    "",
    "app.example/back",
    "//app.example/back",
    "/back",
    "https:",
    "https:///back",
    "https://app.example/#",
    "https://app.example/#part",
    "https://user@app.example/",
    "https://user:secret@app.example/",
    "https://@app.example/",
    "https://app.example:port/",
    "https://[::1/",
    "https://app.example\\@evil.example/",
    "https://app.example/a b",
    "https://app.example/\n",
    "https://äpp.example/",
    "http://app.example/",
    "http://127.0.0.1.evil.example/",
    "http://10.0.0.1/",
    "javascript:alert(1)",
    "javascript.x://%0aalert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "diary:/back",
    "urn:ietf:wg:oauth:2.0:oob",
    "org.example.diary://host/back",
    "https://app.example/" + "a" * 500,
]


@pytest.mark.parametrize("uri", SOUND)
def test_a_sound_address_is_taken(uri: str) -> None:
    assert what_is_wrong_with(uri) is None
    assert is_registered(uri, [uri])


@pytest.mark.parametrize("uri", UNSOUND)
def test_an_unsound_address_is_refused_in_words(uri: str) -> None:
    assert what_is_wrong_with(uri)


@given(
    st.text(alphabet=st.characters(max_codepoint=0x250), max_size=40),
    st.sampled_from(["", "https:", "http:", "https://"]),
)
def test_what_is_taken_leads_to_one_host_or_to_an_app(rest: str, begins: str) -> None:
    uri = begins + rest
    if what_is_wrong_with(uri) is None:
        said = urlsplit(uri)
        assert (
            (said.scheme == "https" and said.hostname)
            or said.hostname in {"127.0.0.1", "::1", "localhost"}
            or ("." in said.scheme and not said.netloc)
        )


@pytest.mark.parametrize(
    ("said", "registered", "same"),
    [
        ("http://127.0.0.1:1234/back", "http://127.0.0.1/back", True),
        ("http://127.0.0.1:1234/back", "http://127.0.0.1:80/back", True),
        ("http://[::1]:1234/back", "http://[::1]/back", True),
        ("http://localhost:1234/back", "http://127.0.0.1/back", False),
        ("http://127.0.0.1:1234/other", "http://127.0.0.1/back", False),
        ("http://127.0.0.1:1234/back?a=b", "http://127.0.0.1/back", False),
        ("http://user@127.0.0.1:1234/back", "http://127.0.0.1/back", False),
        ("http://evil.example:1234/back", "http://127.0.0.1/back", False),
        ("https://127.0.0.1:1234/back", "http://127.0.0.1/back", False),
        ("https://app.example:444/", "https://app.example/", False),
        ("https://app.example", "https://app.example/", False),
        ("HTTPS://app.example/", "https://app.example/", False),
    ],
)
def test_only_the_port_on_this_machine_may_differ(said: str, registered: str, same: bool) -> None:
    assert is_registered(said, [registered]) is same
