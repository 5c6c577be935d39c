"""Pieces are found by whoever may read them, and nothing of them stays when they go."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.communities.models import Community
from app.db import Database
from app.search.models import SearchEntry
from tests.app.pieces.writing import Club, club
from tests.app.search.finding import answer, finds, take_in
from tests.world import World


def forming(here: Club, database: Database) -> None:
    """It has not grown yet."""
    with database.transaction() as session:
        session.get_one(Community, here.community["id"]).listed_at = None


def test_a_piece_is_found_by_words_and_topic_in_its_language(world: World, app: Flask) -> None:
    here = club(world)
    title = f"Què mirar {world.seed}"
    here.written(title=title, text="# Costures\n\nLes *caputxes* ajustables.", language="ca")
    take_in(app)
    stranger = world.person("Stranger")
    assert finds(stranger, f"caputxa {world.seed}", kind="piece") == [title]
    assert finds(stranger, topic=here.topic, kind="piece") == [title]
    (found,) = answer(stranger, f"costures {world.seed}")["features"]
    assert found["geometry"] is None
    assert (found["properties"]["by"], found["properties"]["text"]) == (
        here.ana.handle,
        "Costures Les caputxes ajustables.",
    )


def test_what_was_changed_is_found_by_what_it_says_now(world: World, app: Flask) -> None:
    here = club(world)
    hoods, zips = f"hoods{world.seed}", f"zips{world.seed}"
    piece = here.written(title="Jackets", text=hoods)
    take_in(app)
    assert finds(here.ana, hoods, kind="piece") == ["Jackets"]
    here.ana.asks("PATCH", f"/pieces/{piece}", {"text": zips})
    assert finds(here.ana, hoods, kind="piece") == []
    assert finds(here.ana, zips, kind="piece") == ["Jackets"]


def test_nobody_finds_what_is_not_for_them(world: World, app: Flask, database: Database) -> None:
    here = club(world)
    title = f"Jackets {world.seed}"
    here.written(title=title)
    take_in(app)
    stranger, bob = world.person("Stranger"), here.member("Bob")
    assert finds(stranger, title, kind="piece") == [title]
    here.ana.blocks(stranger)
    assert finds(stranger, title, kind="piece") == []
    here.ana.unblocks(stranger)
    forming(here, database)
    assert finds(stranger, title, kind="piece") == [], "as long as the community is forming"
    assert finds(bob, title, kind="piece") == [title]
    bob.puts(f"/me/mutes/people/{here.ana.handle}")
    assert finds(bob, title, kind="piece") == []


def test_what_a_business_wrote_is_found_until_it_is_sent_off(
    world: World, app: Flask, database: Database
) -> None:
    here = club(world)
    owner, business = here.shop(database)
    title = f"Coats {world.seed}"
    here.written(owner, business_id=business, title=title)
    take_in(app)
    assert finds(here.ana, title, kind="piece") == [title]
    here.decides(database, business, False)
    assert (finds(here.ana, title, kind="piece"), finds(owner, title, kind="piece")) == ([], [title])


def test_a_saved_search_tells_of_it_and_it_leaves_no_word(world: World, app: Flask, session: Session) -> None:
    here = club(world)
    bob = here.member("Bob")
    bob.puts("/me/searches/jackets", {"q": f"anorak{world.seed}"})
    take_in(app)
    piece = here.written(title=f"Anorak{world.seed}")
    take_in(app)
    assert [each["thing"] for each in bob.gets("/me/findings")["items"]] == [piece]
    here.ana.deletes(f"/pieces/{piece}")
    assert bob.gets("/me/findings")["items"] == []
    assert session.scalar(select(func.count()).where(SearchEntry.id == piece)) == 0
