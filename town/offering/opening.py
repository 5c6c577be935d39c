"""Brings a market onto a server, over HTTP: communities and what their members decide, businesses and what they offer,
people and what they want of it. What decides later is read from the server's answers wherever it says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from town.api import Api, Refused
from town.offering.drawing import GOAL, VALUE
from town.offering.market import Draft, Evening, Habit, Market
from town.offering.sent import as_given, body_of, evening_given, hours_given, iso, said_of
from town.reference.wanting import Budget, Community, Consent, Event, Manner, Offer, Week, Wished, World
from town.stage.cast import Cast, Done, Player
from town.stage.plan import Circle, Plan
from town.stage.several import several

_KINDS = {VALUE: "value", GOAL: "goal"}
#: For a program, and for a year: whoever plays signs in once.
_SCOPES = (
    "check-ins:write",
    "events:write",
    "offers:read",
    "offers:write",
    "relations:write",
    "tag:write",
)
_FOREVER = timedelta(days=300)


@dataclass(slots=True)
class Stage:
    """Everybody and everything by the ids that the server gave."""

    api: Api
    cast: Cast
    market: Market
    time_zone: str
    known: str = ""
    #: By name, and by number.
    communities: dict[str, str] = field(default_factory=dict)
    businesses: list[str] = field(default_factory=list)
    offers: dict[str, Offer] = field(default_factory=dict)
    #: By person, in the order in which they joined.
    joined: dict[str, list[str]] = field(default_factory=dict)
    #: By person, how it stands before anybody says anything else.
    manners: dict[str, Manner] = field(default_factory=dict)
    #: By business, a reader of tags and its key.
    readers: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: By number; by event its one date; those of which the seats are counted; and by person and event who has one.
    evenings: list[Event] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    seated: set[str] = field(default_factory=set)
    going: dict[tuple[str, str], bool] = field(default_factory=dict)
    world: World = field(default_factory=lambda: World({}, {}, {}))

    def come_together(self, plan: Plan, done: Done) -> None:
        """Add the topics, found the communities, and have everybody join theirs, one after the other."""
        shared = [each.topics for each in self.market.circles]
        carried = [each.topics for each in self.market.drafts]
        for topic in sorted(set(plan.topics).union(*shared, *carried)):
            self._add_topic(topic)
        for circle in self.market.circles:
            self.communities[circle.name] = self._founded(circle)
        for _ in several(self._join_all, list(self.cast.users)):
            done(1)

    def register(self) -> None:
        """Register the businesses; whoever keeps house is the owner of all."""
        for number in range(self.market.businesses):
            made = self.api.post("/v1/businesses", {"name": f"Made-up business {number + 1}"}, self._keeper)
            self.businesses.append(made["id"])
            if number in self.market.readers:
                reader = {
                    "name": "At the door",
                    "kind": "handheld",
                    "purpose": "who comes again",
                    "asks": "handle",
                }
                added = self.api.post(f"/v1/businesses/{made['id']}/readers", reader, self._keeper)
                self.readers[str(made["id"])] = str(added["id"]), added["key"]

    def decide(self, done: Done) -> None:
        """Move what members are to decide, and have enough of them be for it. It is decided a day later."""
        for _ in several(self._decide, self.market.circles):
            done(1)

    def offer(self, done: Done) -> None:
        """State and pledge what is wished for, say what is on and who goes, and make the offers, in order."""
        for evening in self.market.evenings:
            self._plan(evening)
        self.known = self.api.text("/v1/openapi.json")
        for place, draft in enumerate(self.market.drafts):
            made = self._made(draft, self.market.pledged.get(place, ()))
            self.offers[made.id] = made
            done(1)

    def settle(self, done: Done) -> None:
        """Have everybody say what they want of offers, and take a token along."""
        for user, token in several(self._settled, list(self.cast.users)):
            self.cast.users[user] = replace(self.cast.users[user], token=token)
            done(1)

    def read(self) -> None:
        """Read what stands from now on, as the server tells it."""
        ids = list(self.communities.values())
        communities = {each.id: each for each in several(self._community, ids)}
        joined = {person: tuple(theirs) for person, theirs in self.joined.items()}
        self.world = World(self.offers, communities, joined)

    @property
    def _keeper(self) -> str:
        return self.cast.keeper.token

    def _add_topic(self, key: str) -> None:
        try:
            name = key.partition(":")[2].replace("-", " ")
            self.api.post("/v1/topics", {"key": key, "name": name}, self._keeper)
        except Refused as refused:
            if refused.slug != "already-there":
                raise

    def _founded(self, circle: Circle) -> str:
        founder = self.cast.users[circle.members[0]]
        body = {
            "kind": _KINDS.get(circle.topics[0], "interest"),
            "name": circle.name,
            "topics": list(circle.topics),
            "purpose": "Played from a file.",
        }
        community = str(self.api.post("/v1/communities", body, founder.token)["id"])
        self.joined.setdefault(founder.id, []).append(community)
        return community

    def _join_all(self, user: str) -> None:
        player = self.cast.users[user]
        for circle in self.market.circles:
            if user in circle.members[1:]:
                community = self.communities[circle.name]
                self.api.put(f"/v1/communities/{community}/membership", player.token)
                self.joined.setdefault(player.id, []).append(community)

    def _decide(self, circle: Circle) -> None:
        path = f"/v1/communities/{self.communities[circle.name]}/motions"
        rule = self.market.rules[circle.name]
        proposals: list[dict[str, Any]] = [
            {"kind": "send-off", "business": self.businesses[each]} for each in sorted(rule.sends_off)
        ]
        if rule.noise_budget is not None:
            proposals.append({"kind": "noise-budget", "offers_a_day": rule.noise_budget})
        players = [self.cast.users[each] for each in circle.members]
        for proposal in proposals:
            moved = self.api.post(path, {"proposal": proposal, "days": 1}, players[0].token)
            for player in players[: moved["quorum"]]:
                self.api.put(f"{path}/{moved['id']}/vote", player.token, {"choice": "for"})

    def _community(self, community: str) -> Community:
        said = self.api.get(f"/v1/communities/{community}")["properties"]
        standing = self.api.get(f"/v1/communities/{community}/businesses")["items"]
        sent_off = frozenset(str(each["business"]) for each in standing if not each["welcome"])
        return Community(community, frozenset(said["topics"]), said["noise_budget"], sent_off)

    def _made(self, draft: Draft, pledged: Sequence[str]) -> Offer:
        business = self.businesses[draft.business]
        evening = None if draft.evening is None else self.evenings[draft.evening]
        body = body_of(draft) | ({"event_id": evening.id} if evening else {})
        if "hold_out" not in self.known:
            del body["hold_out"]
        wish = self._wished(pledged) if pledged else None
        if wish:
            body["wish_id"] = wish
        made = self.api.post(f"/v1/businesses/{business}/offers", body, self._keeper)
        people = frozenset(self.cast.users[each].id for each in pledged)
        wished = Wished(self._with_a_goal, people) if wish else None
        kept = (draft.at, draft.area, draft.topics, draft.activities, draft.starts, draft.ends, draft.week)
        return Offer(
            str(made["id"]),
            business,
            *kept,
            wish=wished,
            hold_out=int(made["properties"].get("hold_out", 0)),
            quantity=made["properties"]["quantity"],
            per_person=made["properties"]["per_person"],
            returning=made["properties"]["returning"],
            event=evening,
        )

    def _plan(self, evening: Evening) -> None:
        made = self.api.post("/v1/events", evening_given(evening, self.time_zone), self._keeper)
        event = str(made["id"])
        (date,) = self.api.get(f"/v1/events/{event}/dates")["features"]
        self.dates[event] = str(date["id"])
        ends = datetime.fromisoformat(date["properties"]["ends_at"])
        self.evenings.append(Event(event, ends.timestamp()))
        if evening.seats:
            self.seated.add(event)
        for player in (self.cast.users[each] for each in evening.goers):
            self.going[player.id, event] = self.reply(player, event)

    def reply(self, player: Player, event: str) -> bool:
        """Say that somebody goes to an event; whether they have a seat."""
        said = self.api.put(
            f"/v1/events/{event}/dates/{self.dates[event]}/reply", player.token, {"reply": "going"}
        )
        return not said["properties"]["mine"]["waiting"]

    def withdraw(self, player: Player, event: str) -> None:
        """Say nothing of it any more."""
        self.api.delete(f"/v1/events/{event}/dates/{self.dates[event]}/reply", player.token)

    @property
    def _with_a_goal(self) -> str:
        return next(self.communities[each.name] for each in self.market.circles if GOAL in each.topics)

    def _wished(self, pledged: Sequence[str]) -> str:
        players = [self.cast.users[each] for each in pledged]
        begins = min(draft.starts for draft in self.market.drafts)
        body = {
            "text": "Made up, to be answered.",
            "topics": [GOAL],
            "deadline": iso(begins + _FOREVER.total_seconds()),
            "threshold": len(players),
        }
        path = f"/v1/communities/{self._with_a_goal}/wishes"
        wish = str(self.api.post(path, body, players[0].token)["id"])
        for player in players[1:]:
            self.api.put(f"/v1/wishes/{wish}/pledge", player.token)
        return wish

    def _settled(self, user: str) -> tuple[str, str]:
        player, habit = self.cast.users[user], self.market.habits[user]
        self.api.put("/v1/me/contract", player.token, self._contract(player, habit))
        if habit.budget:
            self.api.put("/v1/me/offers/budget", player.token, said_of(habit.budget))
        for path in self._mutes(habit):
            self.api.put(f"/v1/me/mutes/{path}", player.token)
        self.manners[player.id] = self._manner(habit)
        wanted = {"device": "offering", "scopes": list(_SCOPES), "days": 365}
        return user, str(self.api.post("/v1/me/tokens", wanted, player.token)["token"])

    def _contract(self, player: Player, habit: Habit) -> dict[str, Any]:
        """The contract that holds, and what it says of offers and quiet places."""
        holds = self.api.get("/v1/me/contract", player.token)
        return {
            "terms": [
                *(_shown(as_given(each), habit) for each in holds["terms"]),
                *self._terms_of_offers(habit),
            ],
            "quiet_places": [
                {
                    "name": "home",
                    "lat": each.centre.lat,
                    "lon": each.centre.lon,
                    "radius_m": each.radius_m,
                }
                for each in habit.quiet
            ],
            "time_zone": self.time_zone,
        }

    def _terms_of_offers(self, habit: Habit) -> Iterator[dict[str, Any]]:
        if not habit.consents:
            return
        term = partial(dict[str, Any], purpose="offers")
        if habit.only is None:
            hours = {"hours": hours_given(habit.hours)} if habit.hours else {}
            yield term(who={"group": "everyone"}, **hours)
        for number in sorted(habit.only or ()):
            yield term(who={"group": "business", "id": self.businesses[number]})
        for number in sorted(habit.refuses - (habit.only or frozenset())):
            yield term(who={"group": "business", "id": self.businesses[number]}, exactness="nothing")

    def _mutes(self, habit: Habit) -> list[str]:
        return [
            *(f"businesses/{self.businesses[each]}" for each in sorted(habit.mutes)),
            *(f"topics/{each}" for each in sorted(habit.mutes_topics)),
            *(f"communities/{self.communities[each]}" for each in sorted(habit.mutes_circles)),
        ]

    def _manner(self, habit: Habit) -> Manner:
        ids = self.businesses
        consent = Consent(
            businesses=None if habit.only is None else frozenset(ids[each] for each in habit.only),
            refused=frozenset(ids[each] for each in habit.refuses - (habit.only or frozenset())),
            week=Week((habit.hours,), self.time_zone) if habit.hours and habit.only is None else None,
        )
        return Manner(
            consent=consent if habit.consents else None,
            budget=habit.budget or Budget(),
            muted_businesses=frozenset(ids[each] for each in habit.mutes),
            muted_communities=frozenset(self.communities[each] for each in habit.mutes_circles),
            muted_topics=habit.mutes_topics,
        )


def _shown(term: dict[str, Any], habit: Habit) -> dict[str, Any]:
    is_of_readers = term["purpose"] == "readers" and habit.shows
    return {**term, "identity": habit.shows} if is_of_readers else term
