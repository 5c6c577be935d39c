"""Consent to offers: nobody's until they say so, and taken back as easily."""

from tests.world import World


def test_nobody_consents_until_they_say_so(world: World) -> None:
    ana = world.person("Ana")
    assert ana.gets("/me/consents/offers") == {"purpose": "offers", "given": False, "since": None}


def test_it_is_given_and_withdrawn(world: World) -> None:
    ana = world.person("Ana")
    given = ana.puts("/me/consents/offers")
    assert given["given"] is True
    assert ana.puts("/me/consents/offers") == ana.gets("/me/consents/offers") == given
    ana.deletes("/me/consents/offers")
    ana.deletes("/me/consents/offers")
    assert ana.gets("/me/consents/offers")["given"] is False


def test_nobody_gives_it_for_another(world: World) -> None:
    ana = world.person("Ana")
    world.person("Bob").welcomes_offers()
    assert ana.gets("/me/consents/offers")["given"] is False
    assert world.client.put("/v1/me/consents/offers").status_code == 401
