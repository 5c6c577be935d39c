"""Every list that comes in parts: who reads it where, what adds to it, which way it goes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

from app import clock
from tests.app.phones.pocket import a_visit, overland
from tests.app.search.finding import take_in
from tests.app.tag.tags import Till, a_till, code_of
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually, square

HOUR = timedelta(hours=1)
#: Each behind all topics there are, so that nothing follows what a test adds.
STEMS = count(1000)


def items(page: Json) -> list[str]:
    """What tells one item from another."""
    listed = page.get("features") or page.get("items", [])
    named = ("id", "key", "which", "community")
    return [
        next((each[name] for name in named if name in each), None) or each["person"]["id"] for each in listed
    ]


def pages(reader: Someone, path: str) -> Iterator[list[str]]:
    """One page after another, as long as one is said to follow; a walk in a circle fails."""
    for turn in count():
        if not path:
            return
        assert turn < 50, path
        answer = reader.asks("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        yield items(answer.get_json(force=True))
        path = following(answer.headers.get("Link"))


def following(link: str | None) -> str:
    if link is None:
        return ""
    target, _, relation = link.partition(">")
    assert relation == '; rel="next"'
    return target.removeprefix("<").removeprefix("/v1")


class List:
    """A list of this test's own: who reads it where, what adds to it, which way it goes."""

    def __init__(
        self, reader: Someone, path: str, add: Callable[[], str], newest_first: bool = False
    ) -> None:
        self.reader, self.path, self.add, self.newest_first = reader, path, add, newest_first

    def ordered(self, added: list[str]) -> list[str]:
        return added[::-1] if self.newest_first else added

    def walk(self, limit: int) -> Iterator[list[str]]:
        return pages(self.reader, f"{self.path}{'&' if '?' in self.path else '?'}limit={limit}")


def check_ins(world: World) -> List:
    ana = world.person("Ana")
    return List(ana, f"/check-ins?person={ana.handle}", lambda: ana.checks_in()["id"], newest_first=True)


def check_ins_near(world: World) -> List:
    ana, topic = world.person("Ana"), world.topic()
    path = f"/check-ins?lat={CAFE.lat}&lon={CAFE.lon}&radius=500.5&topic={topic}"
    return List(ana, path, lambda: ana.checks_in(topics=[topic])["id"], newest_first=True)


def check_ins_of_a_community(world: World) -> List:
    """In a chosen one, and in a time whose plus sign must survive the way through an address."""
    ana, topic = world.person("Ana"), world.topic()
    community = world.community(topics=[topic])
    ana.joins(community)
    since = (clock.now() - HOUR).isoformat().replace("+", "%2B")
    path = f"/check-ins?community={community['id']}&since={since}&bbox=2.1,41.35,2.2,41.45"
    return List(ana, path, lambda: ana.checks_in(topics=[topic])["id"], newest_first=True)


def communities(world: World) -> List:
    topic = world.topic("goal:workshop")
    path = f"/communities?topic={topic}&kind=goal"
    return List(world.person(), path, lambda: world.community("One", "goal", [topic])["id"])


def members(world: World) -> List:
    community, ana = world.community(), world.person("Ana")
    world.founder.leaves(community)
    waiting = [ana]

    def add() -> str:
        joining = waiting.pop() if waiting else world.person()
        joining.joins(community)
        return joining.id

    return List(ana, f"/communities/{community['id']}/members", add)


def blocks(world: World) -> List:
    ana = world.person("Ana")

    def add() -> str:
        other = world.person()
        ana.blocks(other)
        return other.id

    return List(ana, "/me/blocks", add)


def topics(world: World) -> List:
    numbers, stem = count(100), f"value:z{next(STEMS)}"

    def add() -> str:
        return str(world.founder.posts("/topics", {"key": f"{stem}-{next(numbers)}"})["key"])

    return List(world.person(), f"/topics?kind=value&after={stem}", add)


def inbox(world: World) -> List:
    """Each offer in a day of its own, as the gate has it."""
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    days = count()

    def add() -> str:
        with clock.travelling(next(days) * 25 * HOUR):
            before = {each["id"] for each in ana.inbox}
            world.offer([topic], FAR_AWAY, ends_at=(clock.now() + timedelta(days=80)).isoformat())
            ana.moves(FAR_AWAY)
            eventually(lambda: len(ana.inbox) > len(before))
            return str(next(each["id"] for each in ana.inbox if each["id"] not in before))

    return List(ana, "/me/offers", add, newest_first=True)


def suggestions(world: World) -> List:
    ana = world.person("Ana")
    phone, hours = overland(ana), count(1)

    def add() -> str:
        phone.sends_batch(a_visit(CAFE, clock.now() - next(hours) * HOUR))
        return str(ana.gets("/me/suggestions")["items"][0]["id"])

    return List(ana, "/me/suggestions", add, newest_first=True)


def among_people(world: World, path: str, put: str) -> List:
    """People, by what one does to each of them."""
    ana = world.person("Ana")
    circle = ana.posts("/me/circles", {"name": "the band"})["id"]

    def add() -> str:
        other = world.person()
        ana.puts(put.format(circle=circle, handle=other.handle))
        return other.id

    return List(ana, path.format(circle=circle), add)


def follows(world: World) -> List:
    return among_people(world, "/me/follows", "/me/follows/{handle}")


def followers(world: World) -> List:
    ana = world.person("Ana")

    def add() -> str:
        other = world.person()
        other.puts(f"/me/follows/{ana.handle}")
        return other.id

    return List(ana, "/me/followers", add)


def circle_members(world: World) -> List:
    return among_people(world, "/me/circles/{circle}/members", "/me/circles/{circle}/members/{handle}")


def friends(world: World) -> List:
    return among_people(world, "/me/consents/check-ins", "/me/consents/check-ins/{handle}")


def mutes(world: World) -> List:
    ana = world.person("Ana")

    def add() -> str:
        other = world.person()
        ana.puts(f"/me/mutes/people/{other.handle}")
        return other.handle

    return List(ana, "/me/mutes", add)


def readers(world: World) -> List:
    business = world.business()
    path = f"/businesses/{business['id']}/readers"
    return List(world.founder, path, lambda: a_till(world, business).id, newest_first=False)


def offers_of_business(world: World) -> List:
    business = world.business()
    path = f"/businesses/{business['id']}/offers"
    body = {
        "title": "A free coffee",
        "topics": [world.shared()],
        "area": square(CAFE),
        "ends_at": (clock.now() + timedelta(days=1)).isoformat(),
    }
    return List(world.founder, path, lambda: world.founder.posts(path, body)["id"], newest_first=True)


def my_readings(world: World) -> List:
    ana, till = world.person("Ana"), a_till(world)
    return List(ana, "/me/readings", lambda: _read(till, ana), newest_first=True)


def what_a_reader_learnt(world: World) -> List:
    ana, till = world.person("Ana"), a_till(world)
    return List(world.founder, f"/readers/{till.id}/readings", lambda: _read(till, ana), newest_first=True)


def _read(till: Till, person: Someone) -> str:
    return str(till.reads(code_of(person))["reading"]["id"])


def disclosures(world: World) -> List:
    ana, till = world.person("Ana"), a_till(world)

    def add() -> str:
        _read(till, ana)
        return str(ana.gets("/me/disclosures?limit=1")["items"][0]["id"])

    return List(ana, "/me/disclosures", add, newest_first=True)


def found(world: World) -> List:
    ana, word = world.person("Ana"), f"w{world.seed}"

    def add() -> str:
        made = str(ana.checks_in(CAFE, word)["id"])
        take_in(world.client.application)
        return made

    return List(world.person(), f"/search?q={word}&sort=recent", add, newest_first=True)


def findings(world: World) -> List:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    bob.puts("/me/searches/mine", {"q": word})

    def add() -> str:
        ana.checks_in(CAFE, word)
        take_in(world.client.application)
        return str(bob.gets("/me/findings?limit=1")["items"][0]["id"])

    return List(bob, "/me/findings", add, newest_first=True)


LISTS = {
    "findings": findings,
    "check-ins": check_ins,
    "check-ins near": check_ins_near,
    "check-ins of a community": check_ins_of_a_community,
    "communities": communities,
    "members": members,
    "blocks": blocks,
    "topics": topics,
    "inbox": inbox,
    "suggestions": suggestions,
    "follows": follows,
    "followers": followers,
    "members of a circle": circle_members,
    "friends who may check one in": friends,
    "mutes": mutes,
    "readers": readers,
    "offers of a business": offers_of_business,
    "one's own readings": my_readings,
    "what a reader learnt": what_a_reader_learnt,
    "disclosures": disclosures,
    "found": found,
}
