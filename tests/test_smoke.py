from tests.world import CAFE, World


def test_a_check_in_opens_a_membership_of_the_place_it_is_in(world: World) -> None:
    quarter = world.location(CAFE)
    ana = world.person("Ana")
    made = ana.checks_in(CAFE, saying="coffee?")
    assert [each["id"] for each in made["memberships"]] == [quarter["id"]]
    assert world.founder.gets(f"/communities/{quarter['id']}/presence")["here"] == 1
