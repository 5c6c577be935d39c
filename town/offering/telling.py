"""Tells how a play was judged: a table for people, a summary for machines."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from town.offering.evidence import Evidence
from town.reference.inbox import REASONS
from town.reference.judging import Findings, Judge
from town.reference.knowing import Voices
from town.reference.shelves import Shelves
from town.reference.visits import Guests, Visits
from town.stage.cast import Done

_MOST_LINES = 50


def judged(evidence: Evidence, done: Done) -> Findings:
    """Hold everything against the reference, one person after the other."""
    happened = evidence.happened
    shelves = Shelves(evidence.world.offers, happened.tried, evidence.lapse_s)
    hindrances = (shelves, Visits(happened.seen), Guests(happened.going))
    judge = Judge(evidence.world, Voices(happened.called), evidence.promise_s, hindrances)
    judge.findings.wrongly_answered += shelves.wrong()
    for lived in happened.lived.values():
        judge.judge(lived)
        done(1)
    return judge.findings


def summary_of(evidence: Evidence, findings: Findings) -> dict[str, Any]:
    """Everything as JSON; `agrees` tells whether it is as it should be."""
    happened = evidence.happened
    delivered = sum(not came.held_out for lived in happened.lived.values() for came in lived.came)
    told = {reason: _both(findings, reason) for reason in (*REASONS[1:], "nothing")}
    return {
        "agrees": findings.agrees and not happened.faults and not happened.refused,
        "people": len(happened.lived),
        "offers": len(evidence.world.offers),
        "businesses": evidence.businesses,
        "communities": len(evidence.world.communities),
        "check_ins": {"accepted": happened.accepted, "refused": dict(happened.refused)},
        "opinions": len(happened.called),
        "deliveries": {
            "made": delivered,
            "justified": findings.justified,
            "unjustified": len(findings.unjustified),
            "missing": len(findings.missing),
            "broken_rules": dict(findings.broken),
        },
        "held_out": findings.held_out,
        "looks": {"after_check_ins": findings.looks, "after_openings": findings.openings},
        "withheld": {"asked": findings.asked, "wrong": len(findings.wrongly_told), "reasons": told},
        "taken": {
            "tried": dict(Counter(each.refusal or "ok" for each in happened.tried)),
            "wrong": len(findings.wrongly_answered),
        },
        "in_doubt": dict(findings.in_doubt),
        "faults": happened.faults[:_MOST_LINES],
        "lines": [
            *findings.unjustified,
            *findings.missing,
            *findings.wrongly_told,
            *findings.wrongly_answered,
        ][:_MOST_LINES],
    }


def _both(findings: Findings, reason: str) -> dict[str, int]:
    return {"server": findings.told[reason], "reference": findings.should_be_told[reason]}


def show(console: Console, summary: dict[str, Any]) -> None:
    """The same for people."""
    made = summary["deliveries"]
    doubt = summary["in_doubt"]
    _table(
        console,
        f"{summary['offers']:,} offers of {summary['businesses']:,} businesses, {summary['people']:,} people, "
        f"{summary['check_ins']['accepted']:,} check-ins",
        ("", "count", "in doubt"),
        [
            ("deliveries made", made["made"], doubt.get("deliveries", 0)),
            ("justified", made["justified"], ""),
            ("unjustified", made["unjustified"], ""),
            ("missing", made["missing"], ""),
            ("held out", summary["held_out"], ""),
            ("looks after check-ins", summary["looks"]["after_check_ins"], doubt.get("looks", 0)),
            ("looks after openings", summary["looks"]["after_openings"], doubt.get("openings", 0)),
            ("asked why not", summary["withheld"]["asked"], doubt.get("answers", 0)),
            ("answered wrongly", summary["withheld"]["wrong"], ""),
            ("held or redeemed one", summary["taken"]["tried"].get("ok", 0), ""),
            (
                "were refused one",
                sum(summary["taken"]["tried"].values()) - summary["taken"]["tried"].get("ok", 0),
                "",
            ),
            ("of both wrongly", summary["taken"]["wrong"], ""),
        ],
    )
    reasons = summary["withheld"]["reasons"].items()
    rows = [(reason, each["server"], each["reference"]) for reason, each in reasons if any(each.values())]
    _table(console, "Withheld, as people who asked were told", ("reason", "server", "reference"), rows)
    for line in (*summary["faults"], *summary["lines"]):
        console.print(line, style="red", highlight=False)


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(f"{each:,}" if isinstance(each, int) else str(each) for each in row))
    console.print(table)
