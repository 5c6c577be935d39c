"""Which pieces somebody may see, and whose they are to change: all of it in SQL."""

from app.relations.queries import apart_sql, muted_sql
from app.relations.rules import MuteKind

#: A community that sends a business off has its pieces go, too, for as long.
_OPEN = """NOT p.hidden AND NOT EXISTS (SELECT FROM standings s WHERE s.community_id = p.community_id
    AND s.business_id = p.business_id AND NOT s.is_welcome)"""


def visible_sql(viewer: str | None) -> str:
    """A condition: whether a piece `p` is there for the viewer that the expression names; None for anybody.

    What moderators hid, or is of a business that was sent off, is there for its author alone.
    """
    if viewer is None:
        return f"({_OPEN})"
    return f"""(({_OPEN} OR {theirs_sql(viewer)}) AND coalesce(p.person_id <> ALL ({apart_sql(viewer)}), true))"""


def unmuted_sql(viewer: str) -> str:
    """A condition: whether the viewer will hear of a piece `p`: they muted neither its author nor what it is about."""
    authors = {"person": MuteKind.PERSON, "business": MuteKind.BUSINESS}
    heard = " AND ".join(
        f"coalesce(p.{name}_id <> ALL ({muted_sql(viewer, kind)}), true)" for name, kind in authors.items()
    )
    return f"""({heard} AND NOT EXISTS (SELECT FROM piece_topics m WHERE m.piece_id = p.id
        AND m.topic_id = ANY ({muted_sql(viewer, MuteKind.TOPIC)})))"""


def theirs_sql(viewer: str) -> str:
    """A condition: whether a piece `p` is the viewer's to change, by themselves or as staff of the business."""
    return f"""(p.person_id IS NOT DISTINCT FROM {viewer} OR p.business_id IS NOT NULL AND EXISTS (
        SELECT FROM staff s WHERE s.business_id = p.business_id AND s.person_id = {viewer}))"""


def member_sql(viewer: str) -> str:
    """A condition: whether the viewer belongs to the community that a piece `p` was written for."""
    kinds = ("memberships", "lasting_memberships")
    belongs = (
        f"EXISTS (SELECT FROM {each} m WHERE m.person_id = {viewer} AND m.community_id = p.community_id)"
        for each in kinds
    )
    return f"({' OR '.join(belongs)})"
