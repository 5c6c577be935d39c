"""What could grow, over HTTP: each is asked alone, and nobody else learns of it."""

from uuid import UUID

from app import clock
from app.communities import queries as communities
from app.communities.schemas import CommunityShown, feature_of
from app.growing import queries, service
from app.growing.schemas import AnswerGiven, EmergingShown, SuggestedShown, SuggestionsShown
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Feature

growing = Operations("growing")
READ, WRITE = "communities:read", "communities:write"
_MOST = 20


@growing.get("/me/communities/suggested", scope=READ)
def suggested(call: Call) -> SuggestionsShown:
    """Communities that may be for me, and why: those that could come to be where I keep going, and those there are."""
    now = clock.now()
    return SuggestionsShown(
        emerging=[EmergingShown.of(each) for each in queries.asked_of(call.session, call.me)],
        for_you=[SuggestedShown.of(*each) for each in queries.for_one(call.session, call.me, now, _MOST)],
    )


@growing.put("/me/communities/suggested/<uuid:emerging_id>", scope=WRITE)
def answer(call: Call, emerging_id: UUID, body: AnswerGiven) -> Feature[CommunityShown] | None:
    """Say whether I would belong to what could come to be. The community that comes of it, if I would."""
    if body.answer == "no":
        service.refuse(call.session, call.me, emerging_id)
        return None
    grows_at = call.house.settings.people_to_grow
    made = service.agree(call.session, call.me, emerging_id, grows_at, clock.now())
    return feature_of(communities.existing(call.session, made))


@growing.delete("/communities/<uuid:community_id>/suggestion", scope=WRITE)
def decline(call: Call, community_id: UUID) -> None:
    """Not be suggested a community again."""
    communities.existing(call.session, community_id)
    service.decline(call.session, call.me, community_id, clock.now())
