"""The people of a made-up market town: where they belong, what they let reach them, what they want, what they had."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.ids import new_id
from bench.database import Database
from bench.market import HAD_BEFORE, Market, Offered, had_before, hours

#: Minutes ago. A measurement takes less than lies between, so that whoever had their fill has it until the end.
_AGES = (2, 20), (80, 22 * 60), (26 * 60, 14 * 1440)
_AGES_SHARES = 0.1, 0.25, 0.65
_LETS, _NAMES_SOME, _REFUSES_SOME, _BOUNDS, _MUTES = 0.8, 0.05, 0.1, 0.3, 0.04
#: One of so many offers answers a wish.
_ANSWERING = 100
_CONSENT = ("person_id", "purpose", "given_at", "businesses", "refused", "minutes", "time_zone")
_BOUND = ("person_id", "an_hour", "a_day", "a_community", "a_business")


@dataclass
class Townsfolk:
    """Who is to be written, by the numbers that the market has for them."""

    database: Database
    market: Market
    persons: Sequence[UUID]
    communities: Sequence[UUID]
    now: datetime
    #: The communities of each, in the order of joining.
    joined: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.joined = [list(dict.fromkeys(each)) for each in self.market.joined().tolist()]

    def join(self) -> None:
        """Memberships."""
        rows = (
            (person, self.communities[community], self.now - timedelta(days=100 - place))
            for person, theirs in zip(self.persons, self.joined, strict=True)
            for place, community in enumerate(theirs)
        )
        self.database.copy("memberships", ("person_id", "community_id", "joined_at"), rows)

    def agree(self, topics: Sequence[UUID], businesses: Sequence[UUID]) -> None:
        """What reaches them: consents, some of them for some businesses or hours; mutes; how much is enough."""
        chance, shared = self.market.chance(13), self.market.shared().tolist()
        drawn = chance.random((self.market.people, 6)).tolist()
        minutes = hours(chance, self.now, self.market.people, always=0.8, open_now=0.15)
        consents: list[tuple[object, ...]] = []
        mutes: list[tuple[object, ...]] = []
        bounds: list[tuple[object, ...]] = []
        for number, (lets, names, refuses, mutes_some, which, bound) in enumerate(drawn):
            person, theirs = self.persons[number], self.joined[number]
            some = [
                businesses[int(each * 13 % 1 * len(businesses))] for each in (names, refuses) if businesses
            ]
            if lets < _LETS:
                listed = f"{{{','.join(map(str, some))}}}"
                only, refused = (
                    listed if names < _NAMES_SOME else None,
                    listed if refuses < _REFUSES_SOME else "{}",
                )
                consents.append((person, "offers", self.now, only, refused, minutes[number], "UTC"))
            community = theirs[int(which * len(theirs))]
            muted = [("community", self.communities[community]), ("topic", topics[shared[community][0]])]
            muted += [("business", each) for each in some[:1]]
            # Each of them as many as the next; hardly anybody more than one.
            mutes += [
                (person, kind, what, self.now)
                for place, (kind, what) in enumerate(muted)
                if place * _MUTES <= mutes_some < (place + 1.1) * _MUTES
            ]
            if bound < _BOUNDS:
                tenths = int(bound * 100)
                bounds.append((person, tenths % 4, 3 + tenths % 7, 1 + tenths % 3, 2))
        self.database.copy("consents", _CONSENT, consents)
        self.database.copy("mutes", ("person_id", "kind", "target", "since"), mutes)
        self.database.run(f"CREATE TABLE kept_bounds (person_id uuid, {' int, '.join(_BOUND[1:])} int)")
        self.database.copy("kept_bounds", _BOUND, bounds)

    def wish(self, there: Offered) -> None:
        """Some offers answer a wish of a community that shares a topic with them; half of its members pledged."""
        sharing: dict[int, int] = {}
        for community, shared in enumerate(self.market.shared().tolist()):
            sharing.update(dict.fromkeys(shared, community))
        answers = {
            number: (new_id(), sharing[there.topics[number][0]])
            for number in range(0, len(there.ids), _ANSWERING)
            if there.topics[number][0] in sharing
        }
        until = self.now + timedelta(days=9)
        self.database.copy(
            "wishes",
            ("id", "community_id", "text", "deadline", "threshold", "created_at"),
            ((wish, self.communities[of], "", until, 5, self.now) for wish, of in answers.values()),
        )
        wishes: dict[int, list[UUID]] = {}
        for wish, community in answers.values():
            wishes.setdefault(community, []).append(wish)
        self.database.copy(
            "pledges",
            ("person_id", "wish_id", "community_id", "pledged_at"),
            (
                (self.persons[person], wish, self.communities[community], self.now)
                for person in range(0, self.market.people, 2)
                for community in self.joined[person]
                for wish in wishes.get(community, ())
            ),
        )
        told = json.dumps({str(there.ids[number]): str(wish) for number, (wish, _) in answers.items()})
        self.database.run(
            f"UPDATE offers SET wish_id = a.value::uuid, hold_out = 0 FROM jsonb_each_text('{told}') AS a "
            "WHERE offers.id = a.key::uuid"
        )

    def remember(self, there: Offered) -> None:
        """Which offers reached them before: some within the hour, some today, the most of them earlier."""
        chance, most = self.market.chance(20), self.market.people * HAD_BEFORE
        ages = chance.choice(len(_AGES), size=most, p=_AGES_SHARES).tolist()
        shares = chance.random(most).tolist()
        # Fewer came, where there is little on offer.
        came = zip(had_before(self.market, there), ages, shares, strict=False)
        self.database.copy(
            "approaches",
            ("person_id", "offer_id", "community_id", "at"),
            (
                (
                    self.persons[person],
                    there.ids[offer],
                    self.communities[community],
                    self.now - timedelta(minutes=_AGES[age][0] + share * (_AGES[age][1] - _AGES[age][0])),
                )
                for (person, offer, community), age, share in came
            ),
        )
