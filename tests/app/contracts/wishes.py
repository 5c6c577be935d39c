"""Terms as people send them."""

from tests.world import CAFE, Json

AROUND = f"lat={CAFE.lat}&lon={CAFE.lon}&radius=2000"
EVERYONE = {"group": "everyone"}


def nearby(who: Json = EVERYONE, **more: object) -> Json:
    return {"purpose": "nearby", "who": who, **more}


def feed(who: Json = EVERYONE, **more: object) -> Json:
    return {"purpose": "feed", "who": who, **more}
