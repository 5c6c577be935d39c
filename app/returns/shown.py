"""What came of offers, as it is shown: made of told numbers by arithmetic, of tills' own amounts, and of two groups."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.returns.lift import Group, Spending, of_means, of_shares
from app.returns.listening import Spoken
from app.returns.queries import Compared, Sold, Told
from app.returns.rules import MEASURES, SIGMA, SOON, direction, summed
from app.returns.schemas import (
    BusinessReturnShown,
    CommunityPart,
    DayShown,
    FunnelShown,
    HeardShown,
    LiftOfAmounts,
    LiftOfShares,
    LiftShown,
    ListeningShown,
    OfferReturnShown,
    RevenueOfDay,
    RevenueShown,
    SoonShown,
    SpokenShown,
    TopicPart,
)
from app.returns.wording import (
    Verdict,
    amount_sentence,
    enough_bought,
    is_enough,
    of_a_hundred,
    out_of,
    sentence,
    verdict,
)
from app.trust.noise import least_said
from app.trust.steps import in_steps


@dataclass(frozen=True, slots=True)
class Found:
    """All that is told of an offer or a business."""

    in_all: Sequence[tuple[str, int]]
    days: Sequence[Told]
    communities: Sequence[Told]
    topics: Sequence[Told]
    sold: Sequence[Sold]


def of_both(found: Found) -> dict[str, Any]:
    """What offers and businesses have in common."""
    whole = summed(found.in_all)
    return {
        "least": least_said(SIGMA),
        "in_all": FunnelShown(**_funnel(whole)),
        "soon": SoonShown(**{name: whole[name] for name in SOON}),
        "days": [
            DayShown(day=date.fromisoformat(each.which), **_funnel(summed(each.numbers)))
            for each in found.days
        ],
        "communities": [
            CommunityPart(community_id=UUID(each.which), community=each.name, **_funnel(summed(each.numbers)))
            for each in found.communities
        ],
        "topics": [TopicPart(topic=each.name, **_funnel(summed(each.numbers))) for each in found.topics],
        "revenue": _revenue(found.sold),
        "revenue_by_day": [
            RevenueOfDay(
                day=each.day, **_sold(each.currency, each.redemptions, each.rolled_back, each.amount)
            )
            for each in found.sold
        ],
    }


def _funnel(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: numbers[name] for name in MEASURES}


def _sold(currency: str, redemptions: int, rolled_back: int, amount: Decimal) -> dict[str, Any]:
    return {
        "currency": currency or None,
        "redemptions": redemptions,
        "rolled_back": rolled_back,
        "amount": amount,
    }


def _revenue(sold: Iterable[Sold]) -> list[RevenueShown]:
    sums: dict[str, tuple[int, int, Decimal]] = {}
    for each in sold:
        redemptions, rolled_back, amount = sums.get(each.currency, (0, 0, Decimal()))
        sums[each.currency] = (
            redemptions + each.redemptions,
            rolled_back + each.rolled_back,
            amount + each.amount,
        )
    return [RevenueShown(**_sold(currency, *numbers)) for currency, numbers in sorted(sums.items())]


def lift_shown(offer_id: UUID, hold_out: int, compared: Compared) -> LiftShown:
    """What an offer brought."""
    tells_of_purchases = compared.bought[1].did > 0
    return LiftShown(
        hold_out=hold_out,
        until=compared.until,
        came=_of_shares(compared.came, "came"),
        bought=_of_shares(compared.bought, "bought") if tells_of_purchases else None,
        spent=[
            _of_amounts(currency, groups, f"{offer_id} {currency} {compared.until}")
            for currency, groups in compared.spent.items()
            if enough_bought(*groups)
        ],
    )


def _of_shares(groups: tuple[Group, Group], did: str) -> LiftOfShares:
    says = sentence(*groups, did)
    if not is_enough(*groups):
        nothing = dict.fromkeys(("out_of", "shown", "held_out", "low", "high"))
        return LiftOfShares(verdict=Verdict.NOT_ENOUGH, says=says, **nothing)
    found, base = of_shares(*groups), out_of(*groups)
    shown, held_out = (round(base * each.share) for each in groups)
    return LiftOfShares(
        verdict=verdict(found),
        says=says,
        out_of=base,
        shown=shown,
        held_out=held_out,
        low=round(base * found.low),
        high=round(base * found.high),
    )


def _of_amounts(currency: str, groups: tuple[Spending, Spending], seed: str) -> LiftOfAmounts:
    found = of_means(*groups, seed)
    value, low, high = of_a_hundred(found)
    said = amount_sentence(found, currency)
    return LiftOfAmounts(
        currency=currency, verdict=verdict(found), says=said, of_a_hundred=value, low=low, high=high
    )


def listening_shown(
    business_id: UUID, weeks: Sequence[date], spoken: Iterable[Spoken], took: timedelta | None
) -> ListeningShown:
    """How a business is spoken of."""
    return ListeningShown(
        business_id=business_id,
        weeks=list(weeks),
        spoken_of=[
            HeardShown(
                about=each.about,  # type: ignore[arg-type]
                public=_spoken(each.public),
                among_members=_spoken(each.among_members),
            )
            for each in spoken
        ],
        median_answer_s=None if took is None else round(took.total_seconds()),
    )


def _spoken(weeks: Sequence[int]) -> SpokenShown:
    return SpokenShown(weeks=[in_steps(each) for each in weeks], direction=direction(weeks))


_COLUMNS = ("day", "community", "topic", *MEASURES, "currency", "redemptions", "rolled_back", "amount")


def as_csv(shown: OfferReturnShown | BusinessReturnShown) -> str:
    """As a table (RFC 4180): all, each day, community and topic, and what tills told of each day and currency."""
    written = io.StringIO()
    table = csv.DictWriter(written, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
    table.writeheader()
    rows = (shown.in_all, *shown.days, *shown.communities, *shown.topics, *shown.revenue_by_day)
    for each in rows:
        table.writerow({name: _safe(value) for name, value in each.model_dump(mode="json").items()})
    return written.getvalue()


def _safe(value: object) -> object:
    """A name that begins like a formula is none to a spreadsheet behind an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULAS else value


_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
