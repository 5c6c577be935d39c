"""What was played, as the reference takes it: plain values out of answers, sockets and inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo import Position
from town.api import Api
from town.reference.gate import Move, Offer, Person
from town.reference.ground import locations_around
from town.reference.heard import Hearing, Said
from town.reference.hoods import Landed
from town.reference.stays import Stays
from town.replay.phones import Answered
from town.replay.score import Score
from town.stage.cast import Cast, Player
from town.stage.ears import CheckInHeard, Ear, stay_of
from town.stage.town import Town


@dataclass(frozen=True, slots=True)
class Played:
    """All that a verdict needs to know of a play; `stays` are those of the onlookers before it began."""

    cast: Cast
    town: Town
    ears: Sequence[Ear]
    score: Score
    offers: Sequence[Offer]
    stays: Stays

    def everything_said(self) -> list[Said]:
        """All accepted check-ins, and where each is heard by the reference's own reckoning."""
        return [self._said(each) for each in self.score.accepted]

    def everything_heard(self) -> dict[int, list[Hearing]]:
        """What came, by the number of the listener."""
        return {ear.listener.number: [_hearing(came) for _, came in ear.check_ins] for ear in self.ears}

    def everywhere_stayed(self) -> Stays:
        """Where everybody was known to be, at which time."""
        whole = self.stays.copy()
        for each in sorted(self.score.accepted, key=received):
            whole.add(self._author(each).id, stay_of(_answer(each)["memberships"], received(each)))
        return whole

    def landed(self) -> list[Landed]:
        """Every accepted row, and the memberships that its author was told of."""
        return [
            Landed(each.act.row.line, each.act.row.position, each.act.row.hood, _opened(each))
            for each in self.score.accepted
        ]

    def moves(self) -> list[Move]:
        """Every check-in as the gate sees it."""
        return [
            Move(self._author(each).id, each.act.row.position, each.act.activity, received(each))
            for each in self.score.accepted
        ]

    def people(self) -> dict[str, Person]:
        """Everybody of the file, by id."""
        return {player.id: self._person(player) for player in self.cast.users.values()}

    def inboxes(self, api: Api) -> set[tuple[str, str]]:
        """Which (person, offer) of this play are in anybody's inbox, onlookers' too."""
        ours = {offer.id for offer in self.offers}
        everybody = [*self.cast.users.values(), *self.cast.onlookers]
        return {(player.id, each) for player in everybody for each in _inbox(api, player) if each in ours}

    def _said(self, each: Answered) -> Said:
        author, topics = self._author(each).id, frozenset(each.act.topics)
        return Said(
            id=_answer(each)["id"],
            author=author,
            at=each.act.row.position,
            when=received(each),
            topics=topics,
            visibility=each.act.visibility,
            exactness=each.act.exactness,
            locations=locations_around(each.act.row.position, self.town.areas),
            communities=frozenset(
                chosen
                for chosen in self.cast.chosen_by(author)
                if topics & frozenset(self.cast.topics[chosen])
            ),
        )

    def _person(self, player: Player) -> Person:
        communities = {each: frozenset(self.cast.topics[each]) for each in self.cast.chosen_by(player.id)}
        return Person(
            communities, player.id in self.cast.consents, dict(self.cast.reached.get(player.id, {}))
        )

    def _author(self, each: Answered) -> Player:
        return self.cast.users[each.act.row.user]


def received(each: Answered) -> float:
    """When the server took it, in seconds since 1970."""
    return datetime.fromisoformat(_answer(each)["properties"]["received_at"]).timestamp()


def _hearing(came: CheckInHeard) -> Hearing:
    lon, lat = came.geometry.coordinates
    return Hearing(came.id, came.properties.disclosed, Position(lat, lon), came.properties.communities)


def _opened(each: Answered) -> frozenset[str]:
    return frozenset(membership["id"] for membership in _answer(each)["memberships"])


def _answer(each: Answered) -> dict[str, Any]:
    assert each.answer is not None
    return each.answer


def _inbox(api: Api, player: Player) -> list[str]:
    pages = api.pages("/v1/me/offers", player.token)
    return [item["offer_id"] for page in pages for item in page["items"]]
