"""Signatures: the published example, and what receivers' own library says of ours."""

import base64
import hmac
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.ids import new_id
from app.webhooks.keys import new_secret
from app.webhooks.signing import shown, signed

BODY = '{"a":"Gràcia"}'


def test_the_published_example_is_signed_as_published() -> None:
    """https://github.com/standard-webhooks/standard-webhooks, the test of its libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    said = Webhook(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signature_is_what_the_standard_says() -> None:
    secret, message = new_secret(), UUID("01902f5e-8d2c-7c3e-8a4f-0123456789ab")
    at = datetime(2026, 11, 23, 2, 0, 0, 900_000, tzinfo=UTC)
    headers = signed(message, BODY, at, [secret])
    to_sign = f"{message}.{headers['webhook-timestamp']}.{BODY}".encode()
    assert headers == {
        "webhook-id": str(message),
        "webhook-timestamp": "1795399200",
        "webhook-signature": "v1," + base64.b64encode(hmac.digest(secret, to_sign, "sha256")).decode(),
    }


def test_whoever_knows_one_of_two_secrets_can_check_it() -> None:
    old, new, other = new_secret(), new_secret(), new_secret()
    headers = signed(new_id(), BODY, datetime.now(UTC), [new, old])
    for each in (old, new):
        assert Webhook(shown(each)).verify(BODY, headers) == {"a": "Gràcia"}
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(other)).verify(BODY, headers)


def test_what_was_changed_or_is_old_is_found_out() -> None:
    secret, now = new_secret(), datetime.now(UTC)
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(secret)).verify(BODY + " ", signed(new_id(), BODY, now, [secret]))
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(shown(secret)).verify(BODY, signed(new_id(), BODY, now - timedelta(hours=1), [secret]))


def test_the_example_in_the_guide_takes_what_we_sign_and_nothing_else() -> None:
    secret, told = new_secret(), list[object]()
    guide = Path("docs/webhooks.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    seen = set[str]()
    names = {
        "__name__": __name__,
        "first_time": lambda said: said not in seen and not seen.add(said),
        "later": told.append,
    }
    exec(example.replace("whsec_…", shown(secret)), names)
    client = names["app"].test_client()  # type: ignore[attr-defined]
    headers = signed(new_id(), BODY, datetime.now(UTC), [new_secret(), secret])
    for _ in range(2):
        assert client.post("/hooks", data=BODY.encode(), headers=headers).status_code == 204
    assert client.post("/hooks", data=BODY.encode() + b" ", headers=headers).status_code == 400
    assert client.post("/hooks", data=BODY.encode()).status_code == 400
    assert told == [{"a": "Gràcia"}]
