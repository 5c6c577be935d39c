"""Whoever leaves for good takes their reports and the cases about them; what was done stays, without them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.app.leaving.lives import erased
from tests.app.moderation.keeping import case_of, decides, hides, moderator, moderators, reports
from tests.world import CAFE, FAR_AWAY, World

TRAIL = text("SELECT act, by_id FROM moderation_acts WHERE case_id = :case ORDER BY id")


def test_an_author_takes_the_case_along_and_not_its_trail(world: World, session: Session) -> None:
    keeper, ana, bob = moderator(world), world.person("Ana"), world.person("Bob")
    case = hides(keeper, "check-in", ana.checks_in(CAFE, "pills")["id"], bob)
    assert erased(ana)["removed"]["cases_about_you"] == 1
    assert keeper.is_refused("GET", f"/moderation/cases/{case}")["status"] == 404
    assert bob.gets("/me/reports")["items"] == []
    done = [(act, by and str(by)) for act, by in session.execute(TRAIL, {"case": case})]
    assert done == [
        ("opened", None),
        ("taken", keeper.id),
        ("upheld", keeper.id),
        ("hidden", keeper.id),
    ]


def test_a_reporter_takes_their_report_and_not_the_case(world: World) -> None:
    keeper, ana, bob = moderator(world), world.person("Ana"), world.person("Bob")
    said = ana.checks_in(CAFE, "pills")["id"]
    reports(bob, "check-in", said, note="from Bob")
    reports(world.founder, "check-in", said, "illegal")
    case = case_of(keeper, said)
    assert erased(bob)["removed"]["reports"] == 1
    left = keeper.gets(f"/moderation/cases/{case}")
    assert (left["reports"], left["said"]) == ({"illegal": 1}, [])


def test_a_moderator_leaves_what_they_did_without_their_name(world: World) -> None:
    keeper, other, ana = (world.person(each) for each in ("Moderator", "Other", "Ana"))
    moderators(world, keeper, other)
    said = ana.checks_in(CAFE, "pills")["id"]
    reports(world.founder, "check-in", said)
    path = f"/moderation/cases/{case_of(keeper, said)}"
    keeper.puts(f"{path}/taking")
    keeper.posts(f"{path}/notes", {"text": "look"})
    erased(keeper)
    left = other.gets(path)
    assert [(each["act"], each["by"]) for each in left["trail"]] == [
        ("opened", None),
        ("taken", None),
        ("noted", None),
    ]
    assert left["notes"][0]["by"] is None
    assert other.puts(f"{path}/taking")["taken_by"] == other.handle, "nobody holds it any more"


def test_shown_again_is_nothing_that_was_to_be_known_until_its_author_left(world: World) -> None:
    keeper, ana, bob = moderator(world), world.person("Ana"), world.person("Bob")
    until_i_leave = {
        "purpose": "feed",
        "who": {"group": "everyone"},
        "exactness": "exact",
        "lasts": "until_i_leave",
    }
    ana.agrees({"terms": [until_i_leave]})
    case = hides(keeper, "check-in", ana.checks_in(CAFE, "here I am")["id"], bob)
    ana.moves(FAR_AWAY)
    decides(keeper, case, "dismissed")
    assert bob.hears(f"person={ana.handle}") == []
