"""Topics over HTTP."""

from app import clock
from app.errors import AlreadyThere, NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import link_to_next
from app.http.schemas import Page
from app.topics import queries, service
from app.topics.schemas import NewTopic, TopicsAsked, TopicShown

topics = Operations("topics")


@topics.post("/topics", seldom="topics", refuses=(AlreadyThere,))
def add_topic(call: Call, body: NewTopic) -> TopicShown:
    """Add an interest, goal or value."""
    call.made(f"/v1/topics/{body.key}")
    return TopicShown.of(service.add_topic(call.session, body.key, body.name, call.me, clock.now()))


@topics.get("/topics", anyone=True)
def list_topics(call: Call, query: TopicsAsked) -> Page[TopicShown]:
    """Topics in the order of their keys; `after` the last one gives the next part."""
    found = queries.topics_after(call.session, query.after, query.kind, query.limit + 1, query.q)
    if len(found) > query.limit:
        call.headers["Link"] = link_to_next("after", found[query.limit - 1].key)
    return Page(items=[TopicShown.of(each) for each in found[: query.limit]])


@topics.get("/topics/<key>", anyone=True)
def topic(call: Call, key: str) -> TopicShown:
    """One topic by its key."""
    found = queries.topics_named(call.session, [key])
    if not found:
        raise NotFound(f"There is no topic {key}.")
    return TopicShown.of(found[0])
