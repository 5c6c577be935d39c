"""Puts the application together: settings in, a Flask application out, nothing at import."""

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from app import logs
from app.accounts.bearers import RememberedBearers
from app.accounts.proving import Proving
from app.accounts.routes import accounts
from app.businesses.claims import claims
from app.businesses.routes import businesses
from app.checkins.fading import Fading
from app.checkins.intake import Intake
from app.checkins.routes import checkins
from app.checkins.service import CheckIns
from app.checkins.writer import Writer
from app.clients.routes import clients, oauth
from app.communities.routes import communities
from app.contracts.routes import contracts
from app.conversation.mentioning import Mentioning
from app.conversation.routes import conversation
from app.db import Database
from app.estimates.routes import estimates
from app.events.calendars import calendars
from app.events.happening import happening
from app.events.routes import events
from app.growing.routes import growing
from app.http import health, limits, openapi, problems
from app.http.calls import House
from app.http.limits import Limits
from app.leaving.routes import leaving
from app.mail import mail_of
from app.moderation.routes import moderation
from app.motions.routes import motions
from app.mutes.routes import mutes
from app.notices.routes import notices
from app.offers.matcher import Matcher
from app.offers.opening import Openings
from app.offers.routes import offers
from app.offers.withdrawing import Withdrawals
from app.passkeys.routes import passkeys
from app.peers.routes import peers
from app.phones.doors import doors
from app.phones.routes import phones
from app.pieces.routes import pieces
from app.places.routes import places
from app.presence.routes import presence
from app.recovery.letters import Letters
from app.recovery.routes import recovery
from app.redemptions.routes import redemptions
from app.relations.known import KnownMutes
from app.relations.routes import relations
from app.returns.routes import returns
from app.search.rereading import Rereading
from app.search.routes import search
from app.settings import Settings
from app.signals import Signals
from app.statistics.routes import statistics
from app.tag.crossing import Crossings
from app.tag.routes import tag
from app.topics.known import KnownTopics
from app.topics.routes import topics
from app.trust.known import KnownContracts
from app.web.routes import web
from app.webhooks.keys import Seal
from app.webhooks.routes import webhooks
from app.webhooks.sender import Sender
from app.wishes.routes import wishes

LARGEST_BODY = 1_000_000
#: What a page of another origin may read of an answer's head.
EXPOSED = ["ETag", "Link", "Location", "Idempotency-Replayed", "X-Request-Id"]
EXPOSED += ["RateLimit", "RateLimit-Policy", "Retry-After"]
SLICES = (
    accounts,
    relations,
    notices,
    passkeys,
    recovery,
    clients,
    topics,
    places,
    communities,
    businesses,
    claims,
    presence,
    tag,
    checkins,
    motions,
    growing,
    wishes,
    pieces,
    conversation,
    events,
    happening,
    calendars,
    peers,
    offers,
    redemptions,
    returns,
    statistics,
    estimates,
    webhooks,
    contracts,
    moderation,
    mutes,
    phones,
    search,
    leaving,
)


def create_app(settings: Settings) -> Flask:
    """The application. Its greenlets start with the first work they get, so it may be made before a fork."""
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    logs.init_app(app)
    problems.init_app(app)
    limits.init_app(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    if settings.cors_origins:
        CORS(app, origins=list(settings.cors_origins), expose_headers=EXPOSED, max_age=600)
    _furnish(app, settings)
    for each in (*SLICES, doors, oauth, openapi.pages, health.pages, web):
        app.register_blueprint(each)
    return app


def _furnish(app: Flask, settings: Settings) -> None:
    signals = Signals()
    database = Database(settings.database_url, signals, settings.pool_size)
    known = KnownTopics(database)
    allowed = Limits(settings.limits)
    app.extensions["hereabouts"] = House(settings, signals, database, RememberedBearers(database), allowed)
    app.extensions["hereabouts.proving"] = Proving(database)
    app.extensions["hereabouts.letters"] = Letters(database, mail_of(settings), settings.origin)
    app.extensions["hereabouts.topics"] = known
    app.extensions["hereabouts.mutes"] = KnownMutes(database)
    contracts = KnownContracts(database)
    app.extensions["hereabouts.contracts"] = contracts
    app.extensions["hereabouts.fading"] = Fading(database, contracts)
    check_ins = CheckIns(Writer(database), database, contracts)
    app.extensions["hereabouts.intake"] = Intake(check_ins, known, settings, allowed)
    app.extensions["hereabouts.mentioning"] = Mentioning(database)
    app.extensions["hereabouts.matcher"] = matcher = Matcher(database)
    app.extensions["hereabouts.withdrawals"] = Withdrawals(database)
    app.extensions["hereabouts.openings"] = Openings(database)
    app.extensions["hereabouts.rereading"] = Rereading(database)
    app.extensions["hereabouts.crossings"] = Crossings(database)
    app.extensions["hereabouts.webhook_seal"] = seal = Seal(settings.sealing_key)
    app.extensions["hereabouts.webhook_sender"] = Sender(database, seal)
    app.extensions["hereabouts.farewells"] = [matcher.tally.flush]
    app.extensions["hereabouts.checks"] = {"database": health.database_answers}
