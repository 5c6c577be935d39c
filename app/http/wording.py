"""What is wrong with a value, in people's words: pydantic's own are for those who wrote the schema."""

from pydantic_core import ErrorDetails

from app.http.schemas import PRINTABLE, SLUG, TOPIC_KEY

_BY_TYPE = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; check its spelling, or leave it out",
    "string_type": "must be text",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "too_long": "must hold at most {max_length} items",
    "too_short": "must hold at least {min_length} items",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number, not NaN or infinity",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "uuid_parsing": "is not an id; ids look like 0190a3c4-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
    "datetime_parsing": "is not a time; send one such as 2026-03-01T09:30:00Z",
    "datetime_from_date_parsing": "is not a time; send one such as 2026-03-01T09:30:00Z",
    "timezone_aware": "has no time zone; send a time such as 2026-03-01T09:30:00Z",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}
_BY_PATTERN = {
    PRINTABLE: "must not hold control characters",
    SLUG: "must be words in lower case joined by hyphens, such as riding or road-cycling",
    TOPIC_KEY: "is not a topic; topics look like interest:cycling, goal:run-a-marathon, value:zero-waste",
}


def in_words(found: ErrorDetails) -> str:
    """What one error says; what we raised ourselves has its words already."""
    context = found.get("ctx", {})
    if found["type"] == "string_pattern_mismatch":
        return _BY_PATTERN.get(context["pattern"], f"must match {context['pattern']}")
    if said := _BY_TYPE.get(found["type"]):
        return said.format(**context)
    return found["msg"].removeprefix("Value error, ")
