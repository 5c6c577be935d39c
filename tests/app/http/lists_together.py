"""The lists of what people say to one another and decide together: who reads them where, what adds to them."""

from itertools import count

from tests.app.businesses.shop import a_shop
from tests.app.http.lists import List
from tests.app.moderation.keeping import hides, moderator
from tests.app.peers.shops import is_welcome, says_something
from tests.app.pieces.writing import club
from tests.app.webhooks.hooks import a_hook
from tests.app.wishes.wishing import workshop
from tests.world import World


def replies(world: World) -> List:
    ana, bob = world.person("Ana"), world.person("Bob")
    path = f"/check-ins/{ana.checks_in()['id']}/replies"
    return List(ana, path, lambda: bob.posts(path, {"text": "yes"})["id"])


def mentions(world: World) -> List:
    ana, bob = world.person("Ana"), world.person("Bob")
    path = f"/check-ins/{ana.checks_in()['id']}/replies"

    def add() -> str:
        bob.posts(path, {"text": "yes"})
        return str(ana.gets("/me/mentions?limit=1")["items"][0]["id"])

    return List(ana, "/me/mentions", add, newest_first=True)


def people_reacting(world: World) -> List:
    ana = world.person("Ana")
    path = f"/check-ins/{ana.checks_in()['id']}/reactions"

    def add() -> str:
        bob = world.person("Bob")
        bob.puts(f"{path}/like")
        return bob.id

    return List(ana, f"{path}/people", add)


def my_replies(world: World) -> List:
    bob, said = world.person("Bob"), replies(world)

    def add() -> str:
        return str(bob.posts(said.path, {"text": "yes"})["id"])

    return List(bob, "/me/replies", add, newest_first=True)


def motions(world: World) -> List:
    community, ana = world.community(), world.person("Ana")
    ana.joins(community)
    path = f"/communities/{community['id']}/motions"

    def add() -> str:
        member = world.person()
        member.joins(community)
        return str(member.posts(path, {"proposal": {"kind": "steward"}})["id"])

    return List(ana, path, add, newest_first=True)


def wishes(world: World) -> List:
    here = workshop(world)
    return List(here.member(), here.wishes_path, here.stated, newest_first=True)


def pledges(world: World) -> List:
    here = workshop(world)
    return List(here.ana, "/me/pledges", here.stated, newest_first=True)


def wishes_to_answer(world: World) -> List:
    here = workshop(world)
    path = f"/businesses/{world.business()['id']}/wishes?topic={here.topic}"
    return List(world.founder, path, here.opened, newest_first=True)


def communities_of_business(world: World) -> List:
    business = world.business()["id"]

    def add() -> str:
        community = str(world.community()["id"])
        is_welcome(world, business, community)
        return community

    return List(world.founder, f"/businesses/{business}/communities", add)


def heard_as_business(world: World) -> List:
    business, community, ana = world.business()["id"], world.community(), world.person("Ana")
    ana.joins(community)
    is_welcome(world, business, community["id"])

    def add() -> str:
        return str(ana.checks_in(saying="hello", communities=[community["id"]])["id"])

    path = f"/businesses/{business}/communities/{community['id']}/feed"
    return List(world.founder, path, add, newest_first=True)


def posts_of_businesses(world: World) -> List:
    business, community, ana = world.business()["id"], world.community(), world.person("Ana")
    ana.joins(community)
    is_welcome(world, business, community["id"])

    def add() -> str:
        return says_something(world, business, community["id"])

    return List(ana, f"/communities/{community['id']}/posts", add, newest_first=True)


def posts_for_a_business(world: World) -> List:
    business, community = world.business()["id"], world.community()["id"]
    is_welcome(world, business, community)

    def add() -> str:
        return says_something(world, business, community)

    path = f"/businesses/{business}/communities/{community}/posts"
    return List(world.founder, path, add, newest_first=True)


def pieces(world: World) -> List:
    here = club(world)
    return List(here.member(), here.path, here.written, newest_first=True)


def changes_of_a_piece(world: World) -> List:
    here = club(world)
    piece, titles = f"/pieces/{here.written()}", count()

    def add() -> str:
        here.ana.asks("PATCH", piece, {"title": f"Title {next(titles)}"})
        return str(here.ana.gets(f"{piece}/changes?limit=1")["items"][0]["id"])

    return List(here.ana, f"{piece}/changes", add, newest_first=True)


def my_reports(world: World) -> List:
    ana, bob = world.person("Ana"), world.person("Bob")

    def add() -> str:
        body = {"what": "check-in", "id": ana.checks_in()["id"], "reason": "spam"}
        return str(bob.posts("/reports", body)["id"])

    return List(bob, "/me/reports", add, newest_first=True)


def cases(world: World) -> List:
    keeper, ana, bob = moderator(world), world.person("Ana"), world.person("Bob")
    return List(
        keeper,
        "/moderation/cases?state=upheld",
        lambda: hides(keeper, "check-in", ana.checks_in()["id"], bob),
    )


def hidden_of_mine(world: World) -> List:
    keeper, ana, bob = moderator(world), world.person("Ana"), world.person("Bob")

    def add() -> str:
        said = str(ana.checks_in()["id"])
        hides(keeper, "check-in", said, bob)
        return said

    return List(ana, "/me/moderation", add, newest_first=True)


def acts(world: World) -> List:
    shop = a_shop(world)

    def add() -> str:
        shop.invites(world.person())
        return str(shop.owner.gets(f"{shop.path}/acts?limit=1")["items"][0]["id"])

    return List(shop.owner, f"{shop.path}/acts", add, newest_first=True)


def told_at_a_webhook(world: World) -> List:
    hook = a_hook(world)
    return List(hook.staff, f"{hook.path}/deliveries", lambda: str(hook.tests()["id"]), newest_first=True)


TOGETHER = {
    "acts": acts,
    "told at a webhook": told_at_a_webhook,
    "one's own reports": my_reports,
    "cases": cases,
    "hidden of one's own": hidden_of_mine,
    "mentions": mentions,
    "people reacting": people_reacting,
    "replies": replies,
    "one's own replies": my_replies,
    "motions": motions,
    "wishes": wishes,
    "pledges": pledges,
    "posts of businesses": posts_of_businesses,
    "posts for a business": posts_for_a_business,
    "what a business hears": heard_as_business,
    "communities of a business": communities_of_business,
    "pieces": pieces,
    "changes of a piece": changes_of_a_piece,
    "wishes to answer": wishes_to_answer,
}
