"""What businesses stand for and who doubts it, over HTTP."""

from uuid import UUID

from app import clock
from app.businesses import claiming, queries, standing
from app.businesses.rules import Right
from app.businesses.shown import ClaimsGiven, ClaimsShown, DoubtGiven, DoubtShown, DoubtsShown
from app.errors import NotAllowed, NotAMember, NotFound, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.topics.known import known_topics

claims = Operations("claims")
READ, WRITE = "businesses:read", "businesses:write"
_VALUE = "/businesses/<uuid:business_id>/topics/<value>"


@claims.put("/businesses/<uuid:business_id>/topics", refuses=(NotAllowed, UnknownTopic), scope=WRITE)
def stand_for(call: Call, business_id: UUID, body: ClaimsGiven) -> ClaimsShown:
    """Say what a business I act for stands for: these topics and no others. A value needs evidence."""
    ids = known_topics().ids([each.key for each in body.topics], call.session)
    wanted = [each.claim(topic_id) for each, topic_id in zip(body.topics, ids, strict=True)]
    claiming.stand_for(call.session, business_id, wanted, call.me, clock.now())
    return ClaimsShown.of(standing.claims_of(call.session, business_id, clock.now()))


@claims.put(f"{_VALUE}/doubt", refuses=(NotAMember,), scope=WRITE, seldom="doubts")
def doubt(call: Call, business_id: UUID, value: str, body: DoubtGiven) -> None:
    """Doubt that a business stands for a value, as a member of a community that shares it. Nobody learns who did."""
    doubted = claiming.Doubted(business_id, value, body.reason)
    claiming.doubt(call.session, call.me, doubted, clock.now())


@claims.get(f"{_VALUE}/doubt", scope=READ)
def my_doubt(call: Call, business_id: UUID, value: str) -> DoubtShown:
    """What I doubt, and whether other evidence is shown since."""
    now = clock.now()
    claim = claiming.claimed(call.session, business_id, value, now)
    mine = standing.doubt_of(call.session, call.me, business_id, claim.topic_id, now)
    if mine is None:
        raise NotFound("You do not doubt this.")
    return DoubtShown.of(*mine, claim)


@claims.delete(f"{_VALUE}/doubt", scope=WRITE)
def doubt_no_more(call: Call, business_id: UUID, value: str) -> None:
    """Doubt it no more."""
    claiming.doubt_no_more(call.session, call.me, business_id, value)


@claims.get(f"{_VALUE}/doubts", refuses=(NotAllowed,), scope=READ)
def doubts(call: Call, business_id: UUID, value: str) -> DoubtsShown:
    """Why a claim of a business I act for is doubted, without a name."""
    queries.ensure(call.session, call.me, business_id, Right.ACT)
    now = clock.now()
    claim = claiming.claimed(call.session, business_id, value, now)
    told, reasons = standing.reasons_told(call.session, business_id, claim.topic_id, now)
    return DoubtsShown(doubts=told, reasons=reasons)
