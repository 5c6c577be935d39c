"""What a browser is asked for, and whether its answer is right: WebAuthn as py_webauthn has it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.models import Person
from app.passkeys.models import Passkey
from app.passkeys.rules import CHALLENGE_LASTS, Site

Json = dict[str, Any]
_TIMEOUT_MS = int(CHALLENGE_LASTS.total_seconds() * 1000)


class NotRight(Exception):
    """What a browser sent is no answer to what it was asked."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new key, as its device tells of it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def asked_to_make(site: Site, person: Person, known: Sequence[Passkey], challenge: bytes) -> Json:
    """For navigator.credentials.create(): a key that its device finds by itself, and unlocks only for its owner."""
    options = generate_registration_options(
        rp_id=site.id,
        rp_name="Hereabouts",
        user_id=person.id.bytes,
        user_name=person.handle,
        user_display_name=person.name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in known],
    )
    return _plain(options_to_json(options))


def asked_to_sign(site: Site, challenge: bytes) -> Json:
    """For navigator.credentials.get(), whoever it is that wants to sign in."""
    options = generate_authentication_options(
        rp_id=site.id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options_to_json(options))


def made(site: Site, credential: Json, challenge: bytes) -> Made:
    """The key in the answer to `asked_to_make`; raises NotRight."""
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    # The library reads what anybody may have written, and does not say all that this may raise.
    except Exception as error:
        raise NotRight from error
    return Made(verified.credential_id, verified.credential_public_key, verified.sign_count)


def credential_id_of(credential: Json) -> bytes:
    """What the device calls the key in an answer to `asked_to_sign`; raises NotRight."""
    try:
        return base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotRight from error


def signed(site: Site, credential: Json, challenge: bytes, passkey: Passkey) -> int:
    """How often this passkey has signed now, if it signed this challenge; raises NotRight."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        owner = credential["response"].get("userHandle")
        if owner is not None and base64url_to_bytes(owner) != passkey.person_id.bytes:
            raise NotRight
    # As above.
    except Exception as error:
        raise NotRight from error
    return verified.new_sign_count


def _plain(options: str) -> Json:
    plain: Json = json.loads(options)
    return plain
