"""Making clients known, and letting them act for somebody."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.models import AccountSession
from app.accounts.rules import NewSession, Secret, Token
from app.clients import queries
from app.clients.models import Authorization, Client
from app.clients.rules import CODE_LASTS, MOST_CLIENTS, STAYS, TOKEN_LASTS
from app.errors import Conflict, NotFound
from app.ids import new_id


def make_known(
    session: Session, person_id: UUID, name: str, redirect_uris: list[str], now: datetime
) -> Client:
    """A client of a developer's; Conflict where they have too many."""
    if len(queries.clients_of(session, person_id)) >= MOST_CLIENTS:
        raise Conflict(f"You have {MOST_CLIENTS} clients already. Remove one that nobody needs any more.")
    client = Client(
        id=new_id(),
        person_id=person_id,
        name=name,
        redirect_uris=list(dict.fromkeys(redirect_uris)),
        created_at=now,
    )
    session.add(client)
    session.flush()
    return client


def give_secret(session: Session, client: Client) -> Secret:
    """A secret for a client that can keep one."""
    secret = Secret.new(client.id)
    client.secret_hash = secret.kept()
    session.flush()
    return secret


def remove(session: Session, person_id: UUID, client_id: UUID) -> None:
    """Remove a client of one's own, and sign it out wherever it acts; NotFound if it is not theirs."""
    client = session.get(Client, client_id)
    if client is None or client.person_id != person_id:
        raise NotFound("You have no such client; GET /v1/me/clients lists yours.")
    _sign_out(session, client_id)
    session.execute(delete(Client).where(Client.id == client_id))


def forget(session: Session, person_id: UUID) -> None:
    """The clients of somebody who leaves for good go, and are signed out wherever they act."""
    for each in queries.clients_of(session, person_id):
        remove(session, person_id, each.id)


def forget_old(session: Session, now: datetime) -> None:
    """Let go of codes that nobody used in time."""
    unused = Authorization.session_id.is_(None), Authorization.code_expires_at <= now
    session.execute(delete(Authorization).where(*unused))


class Consent(NamedTuple):
    """What a person said yes to: for which client, to do what, to be sent back where, proved how (PKCE, S256)."""

    person_id: UUID
    client_id: UUID
    scopes: list[str]
    redirect_uri: str | None
    challenge: str


def new_code() -> Secret:
    """A code for a consent that will be given."""
    return Secret.new(uuid4())


def consent(session: Session, code: Secret, given: Consent, now: datetime) -> None:
    """Let a client act for a person, once it shows this code."""
    session.add(
        Authorization(
            id=code.id,
            client_id=given.client_id,
            person_id=given.person_id,
            scopes=given.scopes,
            redirect_uri=given.redirect_uri,
            challenge=given.challenge,
            code_hash=code.kept(),
            code_expires_at=now + CODE_LASTS,
        )
    )
    session.flush()


def behind_code(session: Session, said: str, client_id: UUID, now: datetime) -> Authorization | None:
    """What a code of this client stands for; None where it stands for nothing.

    A code that comes a second time was stolen, now or then: what it gave is taken back (RFC 6749, section 10.5).
    """
    code, found = _held(session, said, client_id)
    if code is None or found is None or not code.is_kept_as(found.code_hash):
        return None
    if found.session_id is not None:
        end(session, found)
        return None
    return found if now < found.code_expires_at else None


def behind_refresh(session: Session, said: str, client_id: UUID, now: datetime) -> Authorization | None:
    """What a refresh token of this client stands for; None where it stands for nothing.

    One that was renewed already was stolen, now or then: all that came of it is taken back (RFC 9700, section 4.14).
    """
    secret, found = _held(session, said, client_id)
    if secret is None or found is None or found.refresh_hash is None:
        return None
    if not secret.is_kept_as(found.refresh_hash):
        end(session, found)
        return None
    held = session.get(AccountSession, (found.person_id, found.session_id))
    return found if held and now < held.expires_at else None


def behind_any(session: Session, said: str) -> Authorization | None:
    """What an access token or a refresh token that stands was given for; None for any other."""
    if token := Token.read(said):
        found = queries.behind(session, token.person_id, token.session_id)
        held = session.get(AccountSession, (token.person_id, token.session_id))
        return found if held and hmac.compare_digest(held.secret_hash, token.secret_hash) else None
    secret = Secret.read(said)
    found = queries.held(session, secret.id) if secret else None
    if secret is None or found is None or found.refresh_hash is None:
        return None
    return found if secret.is_kept_as(found.refresh_hash) else None


@dataclass(frozen=True, slots=True)
class Issued:
    """What a client gets, shown this once."""

    token: Token
    refresh: Secret
    scopes: list[str]


def issue(session: Session, authorization: Authorization, scopes: list[str], now: datetime) -> Issued:
    """The tokens for an authorization: its first, or others instead of those before."""
    client = session.get_one(Client, authorization.client_id)
    wanted = NewSession(client.name, frozenset(scopes), STAYS, TOKEN_LASTS)
    person_id = authorization.person_id
    if authorization.session_id is None:
        token = accounts.open_session(session, person_id, wanted, now)
        authorization.session_id = token.session_id
    else:
        token = accounts.renew_token(session, person_id, authorization.session_id, wanted, now)
    refresh = Secret.new(authorization.id)
    authorization.refresh_hash = refresh.kept()
    session.flush()
    return Issued(token, refresh, scopes)


def end(session: Session, authorization: Authorization) -> None:
    """The client acts for its person no more, on open sockets too."""
    if authorization.session_id is not None:
        accounts.revoke(session, authorization.person_id, authorization.session_id)


def _held(session: Session, said: str, client_id: UUID) -> tuple[Secret | None, Authorization | None]:
    """What one of our secrets belongs to, if it was given to this client."""
    secret = Secret.read(said)
    found = queries.held(session, secret.id) if secret else None
    return secret, found if found and found.client_id == client_id else None


def _sign_out(session: Session, client_id: UUID) -> None:
    asked = select(Authorization.person_id, Authorization.session_id).where(
        Authorization.client_id == client_id, Authorization.session_id.is_not(None)
    )
    accounts.revoke_all(session, [(person, held) for person, held in session.execute(asked) if held])
