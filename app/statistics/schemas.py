"""Questions and answers as JSON."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.http.schemas import Query, Schema, words
from app.statistics.figures import Answer
from app.statistics.maturity import THRESHOLDS, Evidence, Judged, Period, Stage, judged, warnings
from app.statistics.measures import (
    BEST_GUESS_OF_ALL,
    BEST_GUESS_OF_ONE,
    DIMENSIONS,
    MEASURES,
    SIGMA,
    Asked,
    Measure,
    Question,
)
from app.statistics.rules import Bucket
from app.trust.noise import least_said

BucketName = Literal["week", "four_weeks"]


def _day(said: object) -> object:
    # Python reads more than we want to promise, such as 2026-W10-1.
    if not isinstance(said, str) or not _DAY.fullmatch(said):
        raise ValueError(_NO_DAY)
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(_NO_DAY) from None


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_DAY = "is not a day; send one such as 2026-03-02"
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]


class StatisticsAsked(Query):
    """What to know of a community."""

    measure: Literal[*MEASURES]  # type: ignore[valid-type]
    by: Annotated[
        str | None, words(60), Field(description="dimensions with a comma between: of which parts")
    ] = None
    where: Annotated[
        str | None, words(120), Field(description="a dimension, a colon, and the value to look at alone")
    ] = None
    since: Annotated[
        Day | None, Field(alias="from", description="periods that begin on this day or later")
    ] = None
    until: Annotated[Day | None, Field(alias="to", description="and before this day")] = None
    bucket: BucketName = "four_weeks"

    def asked(self) -> Asked:
        """As a question."""
        by = tuple(each for each in (self.by or "").split(",") if each)
        return Asked(self.measure, by, self.where, self.since, self.until, Bucket(self.bucket))


class CellShown(Schema):
    """One number: of which period, of which part, and how much."""

    starts_on: date
    slice: dict[str, str]
    value: float


class StatisticsShown(Schema):
    """An answer. What is too small to be published, and what was never there, is not in it."""

    measure: str
    by: list[str]
    bucket: BucketName
    since: date
    until: date
    unit: str
    sigma: Annotated[int | None, Field(description="of the chance that was added to each number of people")]
    least: Annotated[int | None, Field(description="the smallest number of people that is published")]
    cells: list[CellShown]

    @classmethod
    def of(cls, question: Question, answers: Sequence[Answer]) -> "StatisticsShown":
        """Show one."""
        sigma = SIGMA.get((question.measure, question.cut, question.bucket))
        return cls(
            measure=question.measure,
            by=list(question.cut),
            bucket=question.bucket.value,
            since=question.since,
            until=question.until,
            unit=MEASURES[question.measure].unit,
            sigma=sigma,
            least=least_said(sigma) if sigma else None,
            cells=[CellShown(starts_on=day, slice=dict(part), value=value) for day, part, value in answers],
        )


class MeasureShown(Schema):
    """Something that can be asked for."""

    measure: str
    says: str
    unit: str
    by: list[str]
    buckets: list[BucketName]
    for_everyone: Annotated[bool, Field(description="as a whole; whatever is cut is for members")]

    @classmethod
    def of(cls, name: str, measure: Measure) -> "MeasureShown":
        """Show one."""
        return cls(
            measure=name,
            says=measure.says,
            unit=measure.unit,
            by=list(measure.by),
            buckets=[each.value for each in measure.buckets],
            for_everyone=measure.for_everyone,
        )


class DimensionShown(Schema):
    """Something by which people can be told apart, as a crowd."""

    dimension: str
    says: str


class LanguageShown(Schema):
    """All that can be asked, and what all answers together may tell of one person."""

    measures: list[MeasureShown]
    dimensions: list[DimensionShown]
    best_guess_of_one: Annotated[float, Field(description="by all numbers of one community, of one person")]
    best_guess_of_all: Annotated[float, Field(description="by those of all communities; 0.5 is chance")]


class EvidenceShown(Schema):
    """A number, and beyond which it has to lie for something to hold."""

    name: str
    says: str
    value: Annotated[float | None, Field(description="null where too little is published")]
    threshold: float
    holds: bool
    source: Annotated[str, Field(description="where the threshold comes from")]

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceShown":
        """Show one."""
        threshold = THRESHOLDS[evidence.name]
        return cls(
            name=evidence.name,
            says=threshold.says,
            value=evidence.value,
            threshold=threshold.at,
            holds=evidence.holds,
            source=threshold.source,
        )


class StageShown(Schema):
    """How mature a community was in four weeks."""

    starts_on: date
    stage: Stage
    evidence: list[EvidenceShown]

    @classmethod
    def of(cls, judged: Judged) -> "StageShown":
        """Show one."""
        evidence = [EvidenceShown.of(each) for each in judged.evidence]
        return cls(starts_on=judged.starts_on, stage=judged.stage, evidence=evidence)


class MaturityShown(Schema):
    """How mature a community is, what it should know of, and how it came there, the earliest first."""

    stage: Stage
    warnings: list[EvidenceShown]
    history: list[StageShown]

    @classmethod
    def of(cls, history: Sequence[Period]) -> "MaturityShown":
        """Show what was judged by these periods."""
        stages = judged(history)
        return cls(
            stage=stages[-1].stage if stages else Stage.HIERARCHY,
            warnings=[EvidenceShown.of(each) for each in warnings(history)],
            history=[StageShown.of(each) for each in stages],
        )


def language() -> LanguageShown:
    """The language."""
    return LanguageShown(
        measures=[MeasureShown.of(*each) for each in MEASURES.items()],
        dimensions=[DimensionShown(dimension=name, says=says) for name, says in DIMENSIONS.items()],
        best_guess_of_one=BEST_GUESS_OF_ONE,
        best_guess_of_all=BEST_GUESS_OF_ALL,
    )
