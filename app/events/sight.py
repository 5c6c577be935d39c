"""Which events somebody may see, whose they are to change, and who lets them know that they go: all of it in SQL."""

from app.relations.queries import apart_sql, muted_sql
from app.relations.rules import MuteKind


def visible_sql(viewer: str | None) -> str:
    """A condition: whether an event `e` is there for the viewer that the expression names; None for anybody.

    What moderators hid is there for its hosts alone.
    """
    if viewer is None:
        return "e.visibility = 'public' AND NOT e.hidden"
    return f"""(NOT e.hidden OR {hosting_sql(viewer)})
        AND (e.visibility = 'public' OR {_member("e.community_id", viewer)})
        AND coalesce(e.person_id <> ALL ({apart_sql(viewer)}), true)"""


def unmuted_sql(viewer: str) -> str:
    """A condition: whether the viewer will hear of an event `e`; they muted neither its host nor what it is about."""
    hosts = {"person": MuteKind.PERSON, "community": MuteKind.COMMUNITY, "business": MuteKind.BUSINESS}
    heard = " AND ".join(
        f"coalesce(e.{name}_id <> ALL ({muted_sql(viewer, kind)}), true)" for name, kind in hosts.items()
    )
    return f"""(e.person_id IS NOT DISTINCT FROM {viewer} OR {heard} AND NOT EXISTS (
        SELECT FROM event_topics m WHERE m.event_id = e.id
        AND m.topic_id = ANY ({muted_sql(viewer, MuteKind.TOPIC)})))"""


def hosting_sql(viewer: str) -> str:
    """A condition: whether an event `e` is the viewer's to change.

    Of a community's it is who made it, for as long as they belong; where they left us, whoever belongs.
    """
    return f"""(e.person_id IS NOT DISTINCT FROM {viewer}
        OR (e.made_by = {viewer} OR e.made_by IS NULL) AND {_member("e.community_id", viewer)}
        OR EXISTS (SELECT FROM staff s WHERE s.business_id = e.business_id AND s.person_id = {viewer}))"""


def goes_openly_sql(viewer: str) -> str:
    """A condition: whether whose reply `r` is goes, and lets the viewer know. Who waits for a seat does not go yet."""
    return f"""(r.seated AND r.person_id <> ALL ({apart_sql(viewer)}) AND CASE r.seen_by
        WHEN 'everyone' THEN true
        WHEN 'communities' THEN EXISTS (SELECT FROM memberships a JOIN memberships b
            ON b.community_id = a.community_id AND b.person_id = {viewer} WHERE a.person_id = r.person_id)
        WHEN 'followers' THEN EXISTS (SELECT FROM follows f JOIN follows g
            ON g.follower_id = {viewer} AND g.followed_id = r.person_id
            WHERE f.follower_id = r.person_id AND f.followed_id = {viewer})
        ELSE false END)"""


def _member(community: str, person: str) -> str:
    return f"""EXISTS (SELECT FROM memberships m
        WHERE m.person_id = {person} AND m.community_id = {community})"""
