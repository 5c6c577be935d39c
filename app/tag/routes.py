"""Tags, readers and readings over HTTP."""

from uuid import UUID

from flask import Response

from app import clock
from app.accounts import service as accounts
from app.businesses import queries as businesses
from app.errors import (
    BadAreaGiven,
    Conflict,
    NotAllowed,
    NotAnswering,
    NotFound,
    TooFar,
    UnknownPlace,
)
from app.http.callers import allow
from app.http.calls import Call, House
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.tag import drawing, queries, reading, service
from app.tag.models import Reader
from app.tag.readers import (
    Answers,
    AnswerShown,
    CodesSeen,
    KeyMade,
    LearntShown,
    NewReaderGiven,
    ReaderChange,
    ReaderListed,
    ReaderMade,
    ReaderShown,
)
from app.tag.rules import State
from app.tag.schemas import (
    CodesShown,
    Lost,
    MyReading,
    Ndef,
    Png,
    PostScanned,
    StateGiven,
    Svg,
    TagShown,
)

tag = Operations("tag")
READ, WRITE = "tag:read", "tag:write"
READERS_READ, READERS_WRITE = "readers:read", "readers:write"


@tag.get("/me/tag", scope=READ)
def my_tag(call: Call) -> TagShown:
    """Whether my tag answers readers, or is silent."""
    return TagShown.of(queries.tag_of(call.session, call.me))


@tag.put("/me/tag", scope=WRITE)
def set_tag(call: Call, body: StateGiven) -> TagShown:
    """Let my tag answer, as far as my trust contract lets it, or be silent: then it answers nobody."""
    return TagShown.of(service.set_state(call.session, call.me, State(body.state), clock.now()))


@tag.post("/me/tag/reissue", status=200, refuses=(NotFound,), scope=WRITE)
def reissue_tag(call: Call, body: Lost) -> TagShown:
    """My tag was lost: whatever it could still show is worth nothing, and I have another one."""
    if body.session is not None:
        # Only who signed in signs others out.
        allow(call.holder, None)
        accounts.revoke(call.session, call.me, body.session)
    return TagShown.of(service.reissue(call.session, call.me, clock.now()))


@tag.post("/me/tag/codes", status=200, scope=WRITE)
def codes(call: Call) -> CodesShown:
    """What my tag shows in the next 24 hours, to be kept by a phone that may be without a connection."""
    return CodesShown.of(_origin(call) + "/t/", service.codes_ahead(call.session, call.me, clock.now()))


@tag.get("/me/tag/code.svg", direct=True, gives=Svg, scope=WRITE)
def code_as_svg(call: Call) -> Response:
    """A code for now as a QR code, each time another one."""
    return _drawn(drawing.svg(_code_now(call)), Svg.media_type)


@tag.get("/me/tag/code.png", direct=True, gives=Png, scope=WRITE)
def code_as_png(call: Call) -> Response:
    """The same as an image."""
    return _drawn(drawing.png(_code_now(call)), Png.media_type)


@tag.get("/me/tag/code.ndef", direct=True, gives=Ndef, scope=WRITE)
def code_as_ndef(call: Call) -> Response:
    """The same as an NFC tag holds it: an NDEF message of one address."""
    return _drawn(drawing.ndef(_code_now(call)), Ndef.media_type)


@tag.post("/me/tag/readings", refuses=(NotAnswering, NotFound, TooFar), scope=WRITE)
def scan_post(call: Call, body: PostScanned) -> MyReading:
    """Be read by a post: I scanned what it shows, and am where it stands."""
    made = service.read_post(call.session, call.me, body.scan(), clock.now())
    return MyReading.of(queries.reading_of(call.session, call.me, made))


@tag.get("/me/readings", scope=READ)
def my_readings(call: Call, query: Paged) -> Page[MyReading]:
    """When my tag was read, by what, for what, and what was disclosed, newest first."""
    found = queries.readings_of(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    return Page(items=[MyReading.of(each) for each in found[: query.limit]], next_cursor=following)


@tag.delete("/me/readings/<uuid:reading_id>", scope=WRITE)
def erase_reading(call: Call, reading_id: UUID) -> None:
    """Erase a reading, for the business as well."""
    service.erase_reading(call.session, call.me, reading_id)


@tag.post(
    "/businesses/<uuid:business_id>/readers",
    refuses=(BadAreaGiven, Conflict, NotAllowed, UnknownPlace),
    scope=READERS_WRITE,
)
def add_reader(call: Call, business_id: UUID, body: NewReaderGiven) -> ReaderMade:
    """Add a reader of a business I act for. Its key is shown this once."""
    made, key = service.add_reader(call.session, business_id, body.new(), call.me, clock.now())
    call.made(f"/v1/readers/{made.id}")
    return ReaderMade.made(made, _name_of(call, made), str(key))


@tag.get("/businesses/<uuid:business_id>/readers", refuses=(NotAllowed,), scope=READERS_READ)
def readers(call: Call, business_id: UUID, query: Paged) -> Page[ReaderListed]:
    """The readers of a business I act for, oldest first."""
    business = businesses.existing(call.session, business_id)
    _only_staff(call, business_id)
    found = queries.readers_of(call.session, business_id, query.cursor, query.limit + 1)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    last = queries.last_read(call.session, found, clock.now())
    shown = [ReaderListed.listed(each, business.name, last.get(each.id)) for each in found[: query.limit]]
    return Page(items=shown, next_cursor=following)


@tag.get("/readers/<uuid:reader_id>", anyone=True)
def reader(call: Call, reader_id: UUID) -> ReaderShown:
    """What a reader is, and what it is for. Its staff also see which keys it has."""
    found = _reader(call, reader_id)
    is_staff = call.viewer and businesses.may_act_for(call.session, call.viewer, found.business_id)
    keys = queries.keys_of(call.session, reader_id) if is_staff else None
    return ReaderShown.of(found, _name_of(call, found), keys)


@tag.get("/posts/<code>", anyone=True)
def post(call: Call, code: str) -> ReaderShown:
    """What a post is that shows this code, and what it is for: to know before being read by it."""
    found = queries.post(call.session, code)
    if found is None:
        raise NotFound(service.NO_POST)
    return ReaderShown.of(found, _name_of(call, found))


@tag.patch("/readers/<uuid:reader_id>", refuses=(NotAllowed,), scope=READERS_WRITE)
def change_reader(call: Call, reader_id: UUID, body: ReaderChange) -> ReaderShown:
    """Open or close a reader, call it otherwise, or have it ask for more or less. What it is for stays."""
    changed = service.change_reader(call.session, reader_id, body.change(), call.me)
    return ReaderShown.of(changed, _name_of(call, changed), queries.keys_of(call.session, reader_id))


@tag.delete("/readers/<uuid:reader_id>", refuses=(NotAllowed,), scope=READERS_WRITE)
def end_reader(call: Call, reader_id: UUID) -> None:
    """End a reader: its keys are worth nothing. Those it has read still see in their logs what it was."""
    service.end_reader(call.session, reader_id, call.me, clock.now())


@tag.post("/readers/<uuid:reader_id>/keys", refuses=(Conflict, NotAllowed), scope=READERS_WRITE)
def add_key(call: Call, reader_id: UUID) -> KeyMade:
    """One more key for a reader, shown this once. The old one is good until it is deleted."""
    key = service.add_key(call.session, reader_id, call.me, clock.now())
    return KeyMade(id=key.id, key=str(key))


@tag.delete("/readers/<uuid:reader_id>/keys/<uuid:key_id>", refuses=(NotAllowed,), scope=READERS_WRITE)
def remove_key(call: Call, reader_id: UUID, key_id: UUID) -> None:
    """Take a key back."""
    service.remove_key(call.session, reader_id, key_id, call.me)


@tag.get("/readers/<uuid:reader_id>/post.svg", gives=Svg, refuses=(NotAllowed,), scope=READERS_READ)
def post_as_svg(call: Call, reader_id: UUID) -> Response:
    """What a post shows, as a QR code to be printed."""
    return Response(drawing.svg(_shown_by(call, reader_id)), mimetype=Svg.media_type)


@tag.get("/readers/<uuid:reader_id>/post.ndef", gives=Ndef, refuses=(NotAllowed,), scope=READERS_READ)
def post_as_ndef(call: Call, reader_id: UUID) -> Response:
    """The same as an NFC tag holds it, to be written to one: an NDEF message of one address."""
    return Response(drawing.ndef(_shown_by(call, reader_id)), mimetype=Ndef.media_type)


def _shown_by(call: Call, reader_id: UUID) -> str:
    """The address that a post shows."""
    found = _reader(call, reader_id)
    _only_staff(call, found.business_id)
    if found.post_code is None:
        raise NotFound("Only a post shows something.")
    return f"{_origin(call)}/p/{found.post_code}"


def _holder(house: House, said: str) -> UUID:
    with house.database.reading() as session:
        return queries.reader_with(session, said)


@tag.post("/readers/<uuid:reader_id>/readings", status=200, anyone=True, refuses=(NotAllowed,), keyed=_holder)
def read_codes(call: Call, reader_id: UUID, body: CodesSeen) -> Answers:
    """Tell which codes a reader saw, one or many; each is answered by itself, with what its person allows."""
    found = queries.reader(call.session, reader_id)
    if found is None or call.device != reader_id:
        raise NotAllowed("This key is another reader's. Send codes to the reader that the key came with.")
    seen = [each.seen() for each in body.readings]
    answers = reading.read(call.session, found, seen, clock.now())
    shown = [AnswerShown.of(each.nonce, answer) for each, answer in zip(seen, answers, strict=True)]
    return Answers(answers=shown)


@tag.get("/readers/<uuid:reader_id>/readings", refuses=(NotAllowed,), scope=READERS_READ)
def readings(call: Call, reader_id: UUID, query: Paged) -> Page[LearntShown]:
    """What a reader of a business I act for learnt in the last 30 days, newest first."""
    found = _reader(call, reader_id)
    _only_staff(call, found.business_id)
    learnt = queries.learnt_by(call.session, reader_id, query.cursor, query.limit + 1, clock.now())
    following = learnt[query.limit - 1].id if len(learnt) > query.limit else None
    return Page(items=[LearntShown.of(each) for each in learnt[: query.limit]], next_cursor=following)


def _reader(call: Call, reader_id: UUID) -> Reader:
    found = queries.reader(call.session, reader_id)
    if found is None:
        raise NotFound("There is no such reader.")
    return found


def _name_of(call: Call, found: Reader) -> str:
    business = businesses.business(call.session, found.business_id)
    assert business is not None
    return business.name


def _only_staff(call: Call, business_id: UUID) -> None:
    if not businesses.may_act_for(call.session, call.me, business_id):
        raise NotAllowed("Only the staff of a business may do this.")


def _origin(call: Call) -> str:
    """Where people reach this installation."""
    return call.home


def _code_now(call: Call) -> str:
    with call.house.database.transaction() as session:
        return f"{_origin(call)}/t/{service.code_now(session, call.me, clock.now())}"


def _drawn(drawn: bytes, media_type: str) -> Response:
    answer = Response(drawn, mimetype=media_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer
