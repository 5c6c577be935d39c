"""What phones do in more than one journey."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.served import Json, Phone
from tests.world import CAFE, PURPOSE, square

HERE = {"lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 1000}


def a_topic(phone: Phone, kind: str = "interest") -> str:
    key = f"{kind}:cycling-{secrets.token_hex(4)}"
    phone.post("/topics", {"key": key})
    return key


def a_community(phone: Phone, topic: str) -> Json:
    body = {
        "kind": topic.partition(":")[0],
        "name": "Ring riders",
        "purpose": PURPOSE,
        "topics": [topic],
    }
    return phone.post("/communities", body)


def an_offer(phone: Phone, topic: str, **more: Any) -> Json:
    business = phone.post("/businesses", {"name": "Bike shop"})
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"title": "A free pump", "topics": [topic], "area": square(CAFE), "ends_at": tomorrow}
    body["hold_out"] = 0
    return phone.post(f"/businesses/{business['id']}/offers", body | more)
