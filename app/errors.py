"""Every way in which we say no, as people's words, without HTTP: mapped once to problem+json (RFC 9457) and to
socket acknowledgements alike. A message says what was tried, why it failed and what to do."""

from typing import ClassVar


class Refusal(Exception):
    """Something was asked for that cannot be. `slug` names the failure for machines, `title` for people."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "This cannot be done"

    def __init__(self, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.more = more


class Malformed(Refusal):
    """The body is not JSON, or not in UTF-8."""

    slug, title = "malformed", "The request could not be read"


class Invalid(Refusal):
    """Well formed, but some value cannot be accepted."""

    status, slug, title = 422, "invalid", "Some values cannot be accepted"


class BadAreaGiven(Invalid):
    """A geometry that is no usable area."""

    slug, title = "bad-area", "This area cannot be used"


class UnknownTopic(Invalid):
    """A topic nobody has added yet."""

    slug, title = "unknown-topic", "There is no such topic"


class UnknownPlace(Invalid):
    """A place that is not there."""

    slug, title = "unknown-place", "There is no such place"


class FixedInTheFuture(Invalid):
    """A position's time lies ahead of ours by more than clocks drift."""

    slug, title = "fixed-in-the-future", "This position's time lies in the future"


class TooFar(Invalid):
    """Not where what was scanned stands."""

    slug, title = "too-far", "This is too far away"


class KeyReused(Invalid):
    """The same Idempotency-Key came with another body."""

    slug, title = "idempotency-key-reused", "This Idempotency-Key was used for something else"


class NonceReused(Invalid):
    """The same nonce came with something else before."""

    slug, title = "nonce-reused", "This nonce was used for something else"


class NotSignedIn(Refusal):
    """No token, or one that is forged, expired or revoked."""

    status, slug, title = 401, "not-signed-in", "You are not signed in"


class WrongPassword(NotSignedIn):
    """Handle and password do not belong together."""

    slug, title = "wrong-password", "Handle or password is wrong"


class WrongPasskey(NotSignedIn):
    """Nobody's passkey, or it signed something else."""

    slug, title = "wrong-passkey", "This passkey opens nothing here"


class NotAllowed(Refusal):
    """Signed in, but this is not theirs to do."""

    status, slug, title = 403, "not-allowed", "You may not do this"


class NotEnoughScope(NotAllowed):
    """The token is good for something, and not for this (RFC 6750, section 3.1)."""

    slug, title = "not-enough-scope", "This token may not do this"


class WrongCurrentPassword(NotAllowed):
    """Signed in, but not by knowing the password, which this needs."""

    slug, title = "wrong-current-password", "This is not your password"


class LinkWorthless(NotAllowed):
    """The link of a letter was used already, is too old, or was never ours."""

    slug, title = "link-worthless", "This link is worth nothing any more"


class WrongTillCode(NotAllowed):
    """Not what the till of this business shows now."""

    slug, title = "wrong-till-code", "This is not the code of the till"


class NotAMember(NotAllowed):
    """Only members may see or do this."""

    slug, title = "not-a-member", "Only members may do this"


class NotFound(Refusal):
    """There is no such thing, or it is not for this person to know of it."""

    status, slug, title = 404, "not-found", "There is nothing here"


class WrongMethod(Refusal):
    """The address exists, the method does not."""

    status, slug, title = 405, "wrong-method", "This method is not allowed here"


class Conflict(Refusal):
    """It contradicts what is there already."""

    status, slug, title = 409, "conflict", "This contradicts what is there"


class HandleTaken(Conflict):
    """Another person has this handle."""

    slug, title = "handle-taken", "This handle is taken"


class NotAnswering(Conflict):
    """A tag that answers nobody, or not this business; or a post that is closed."""

    slug, title = "not-answering", "The tag did not answer"


class AlreadyThere(Conflict):
    """A topic or community of the same name is there already."""

    slug, title = "already-there", "This is there already"


class NotOpen(Conflict):
    """A wish that is not, or no longer, open to what was tried."""

    slug, title = "not-open", "This is not open to that, or not any more"


class NoneLeft(Conflict):
    """None of an offer is left to be held or redeemed."""

    slug, title = "none-left", "None of it is left"


class Enough(Conflict):
    """Somebody redeemed an offer as often as one person may."""

    slug, title = "enough", "You have had as much of it as one person may"


class TooLate(Conflict):
    """A business wants to take back what it may not any more."""

    slug, title = "too-late", "It is too late for this"


class JoinedByCheckingIn(Conflict):
    """Location communities are joined by being there."""

    slug, title = "joined-by-checking-in", "Check in there to be part of it"


class LastOwner(Conflict):
    """The only owner of a business wants to leave it, or to own it no more."""

    slug, title = "last-owner", "A business keeps an owner"


class Over(Conflict):
    """An event or a date of it that is over, has begun, or was cancelled."""

    slug, title = "over", "This is over, or was cancelled"


class Outdated(Refusal):
    """It was read before it changed (RFC 9110, section 15.5.13)."""

    status, slug, title = 412, "outdated", "This has changed since"


class SayWhich(Refusal):
    """A change to what others may change too needs an If-Match (RFC 6585, section 3)."""

    status, slug, title = 428, "say-which", "Say which version you change"


class TooLarge(Refusal):
    """More bytes or items than we take at once."""

    status, slug, title = 413, "too-large", "This is more than we take at once"


class WrongMediaType(Refusal):
    """Not application/json."""

    status, slug, title = 415, "wrong-media-type", "Send application/json"


class TooMany(Refusal):
    """More in a short time, or at once, than one person gets."""

    status, slug, title = 429, "too-many", "That is too many at once"


class Failed(Refusal):
    """A fault of ours."""

    status, slug, title = 500, "failed", "Something broke on our side"


class Unavailable(Refusal):
    """The database is away or too much is waiting; nothing was changed, or a retry with the same key is safe."""

    status, slug, title = 503, "unavailable", "Hereabouts is not able to do this right now"


def kinds_of_refusal() -> list[type[Refusal]]:
    """All of the tree, the root left out, in the order of their slugs."""

    def below(kind: type[Refusal]) -> list[type[Refusal]]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    return sorted(below(Refusal), key=lambda kind: kind.slug)
