"""Reading consents; and who may know what, in SQL."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.trust.models import Consent
from app.trust.rules import Exactness, Relation, Visibility, disclosure


def consent_of(session: Session, person_id: UUID, purpose: str) -> Consent | None:
    """What a person allowed, if they did."""
    return session.get(Consent, (person_id, purpose))


def disclosure_sql(relation: str) -> str:
    """An SQL expression of what is disclosed of a check-in `c` to a viewer whose relation is the given expression.

    Made from the rules by asking them every case, so the two cannot disagree.
    """
    cases = "\n".join(
        f"WHEN c.visibility = '{visibility}' AND c.exactness = '{exactness}' THEN "
        f"{_by_relation(visibility, exactness, relation)}"
        for visibility in Visibility
        for exactness in Exactness
    )
    return f"(CASE {cases} END)"


def _by_relation(visibility: Visibility, exactness: Exactness, relation: str) -> str:
    known = [disclosure(visibility, exactness, each) for each in Relation]
    if len(set(known)) == 1:
        return f"'{known[0]}'"
    return f"(ARRAY[{', '.join(repr(str(each)) for each in known)}])[{relation} + 1]"
