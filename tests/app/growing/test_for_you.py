"""Communities that may be for somebody, each with why, of what they could have found themselves."""

from tests.world import CAFE, FAR_AWAY, Json, Someone, World


def suggested(person: Someone) -> list[Json]:
    found: list[Json] = person.gets("/me/communities/suggested")["for_you"]
    return found


def names(person: Someone) -> list[str]:
    return [each["community"]["properties"]["name"] for each in suggested(person)]


def test_what_i_check_in_about_is_for_me_and_it_says_so(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic("interest:climbing")
    world.community("Climbers", topics=[topic])
    world.community("Others", topics=[world.topic("interest:sleeping")])
    for _ in range(3):
        ana.checks_in(topics=[topic], visibility="me")
    (found,) = suggested(ana)
    assert found["community"]["properties"]["name"] == "Climbers"
    assert found["reasons"] == ["you checked in about it 3 times"]


def test_what_people_i_follow_speak_of_openly_is_for_me(world: World) -> None:
    ana, bob, shy = world.person("Ana"), world.person("Bob"), world.person("Shy")
    topic, secret = world.topic("interest:sailing"), world.topic("interest:whispering")
    world.community("Sailors", topics=[topic])
    world.community("Whisperers", topics=[secret])
    ana.follows(bob)
    ana.follows(shy)
    bob.checks_in(topics=[topic])
    # What only some may know tells nobody else, not even by a suggestion.
    shy.checks_in(topics=[secret], visibility="communities")
    shy.checks_in(topics=[secret], visibility="me")
    (found,) = suggested(ana)
    assert (found["community"]["properties"]["name"], found["reasons"]) == (
        "Sailors",
        ["somebody you follow speaks of it"],
    )
    bob.blocks(ana)
    assert suggested(ana) == []


def test_where_i_go_is_for_me(world: World) -> None:
    ana = world.person("Ana")
    world.location(CAFE, "The yard", 0.003)
    ana.checks_in(CAFE, visibility="me")
    found = next(each for each in suggested(ana) if each["community"]["properties"]["name"] == "The yard")
    assert found["reasons"] == ["you were there on a day"]


def test_what_fits_better_comes_first(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    often, once = world.topic("interest:often"), world.topic("interest:once")
    world.community("Once", topics=[once])
    world.community("Often", topics=[often])
    for _ in range(4):
        ana.checks_in(topics=[often])
    ana.checks_in(topics=[once])
    ana.follows(bob)
    assert names(ana)[:2] == ["Often", "Once"]


def test_what_i_belong_to_or_declined_is_not_suggested(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic("interest:knitting")
    mine, other = world.community("Mine", topics=[topic]), world.community("Other", topics=[topic])
    ana.checks_in(FAR_AWAY, topics=[topic])
    assert set(names(ana)) == {"Mine", "Other"}
    ana.joins(mine)
    assert names(ana) == ["Other"]
    ana.deletes(f"/communities/{other['id']}/suggestion")
    ana.deletes(f"/communities/{other['id']}/suggestion")
    assert names(ana) == []
