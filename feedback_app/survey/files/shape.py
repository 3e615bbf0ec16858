"""What a survey file may hold: its keys and kinds of values. What they mean together is checked in `checks`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from feedback_app.survey.files.yaml_source import FileProblem, Source
from feedback_app.survey.model import Face, HandedOutBy, Mark
from feedback_app.survey.types import TYPES


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _in_every_band(value: object) -> object:
    return {"all": value} if isinstance(value, list) else value


def _known_type(value: str) -> str:
    if value not in TYPES:
        *names, last = (repr(name) for name in TYPES)
        raise ValueError(
            f"`type`: {value!r} is not one of {', '.join(names)} or {last}"
        )
    return value


TypeName = Annotated[str, AfterValidator(_known_type)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Said = Annotated[str, StringConstraints(min_length=1)]
Ids = Annotated[list[Id], BeforeValidator(_as_list), Field(min_length=1)]
BandName = Literal["4-7", "8-11", "12-17", "16-25"]
LookName = Literal["young", "middle", "older", "easy"]
ModeName = Literal["in_person", "remote", "blended"]
PerBand = Annotated[dict[str, Ids], BeforeValidator(_in_every_band)]


class Shape(BaseModel):
    """A mapping in a survey file: a key that is not named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditionShape(Shape):
    """One of: `question` with `is`, `any_of`, `not` or `unless`; `mode`; `mark`."""

    question: Id | None = None
    is_: Annotated[Ids | None, Field(alias="is")] = None
    any_of: Ids | None = None
    not_: Annotated[Ids | None, Field(alias="not")] = None
    unless: Ids | None = None
    mode: Annotated[list[ModeName] | None, BeforeValidator(_as_list)] = None
    mark: Mark | None = None

    @model_validator(mode="after")
    def one_thing(self) -> Self:
        """A condition asks one thing, so that `show` can be read as a plain list."""
        about = [
            name
            for name in ("question", "mode", "mark")
            if getattr(self, name) is not None
        ]
        ways = [
            way
            for way in (self.is_, self.any_of, self.not_, self.unless)
            if way is not None
        ]
        if len(about) != 1:
            raise ValueError("a condition is on one of `question`, `mode`, `mark`")
        if len(ways) != (about == ["question"]):
            raise ValueError(
                "a condition on a `question` has one of `is`, `any_of`, `not`, `unless`; others have none"
            )
        return self


class EasyShape(Shape):
    """A question in easy words. An option that is not named here keeps its label; without `hint` there is none."""

    text: Said
    hint: str = ""
    options: dict[Id, Said] = {}


class QuestionShape(Shape):
    """One question in one band's words. `options` maps an option id to its label; `exclusive` ones stand alone."""

    id: Id
    type: TypeName
    text: Said
    hint: str = ""
    options: dict[Id, Said] = {}
    exclusive: Annotated[list[Id], BeforeValidator(_as_list)] = []
    show: list[ConditionShape] = []
    when: str = ""
    rows: Annotated[list[Said], Field(min_length=1)]
    picture: Annotated[str, StringConstraints(pattern=r"^[a-z]*$")] = ""
    easy: EasyShape | None = None


class BandShape(Shape):
    """`<band>.yaml`: the questions in order, and this band's words for the spotlight questions."""

    questions: Annotated[list[QuestionShape], Field(min_length=1)]
    spotlight: list[QuestionShape] = []


class ScaleShape(Shape):
    """How one option of a question with faces or amounts is drawn, in every band.

    With neither (`{}`) it stands beside the scale, as "I do not need help" does.
    """

    face: Face | None = None
    dots: Annotated[int, Field(ge=0, le=3)] | None = None


class SpotlightShape(Shape):
    """A question that takes its turn by month: who can be asked it."""

    id: Id
    bands: Annotated[list[BandName], Field(min_length=1)]
    marks: Annotated[list[Mark], BeforeValidator(_as_list)] = []


class MeasureShape(Shape):
    """A share. `counts` and `leave_out` name option ids: one list for all bands that ask, or a list for each band.

    A measure that is shown by band only may count in some of the bands that ask.
    """

    id: Id
    question: Id
    title: Said
    row: Said
    counts: PerBand
    leave_out: PerBand = {}
    target: Annotated[float, Field(ge=0, le=1)] | None = None
    above: bool = True
    over5_only: bool = False
    by_band_only: bool = False


class SurveyShape(Shape):
    """`survey.yaml`."""

    key: Key
    version: Annotated[int, Field(ge=1)]
    title: Said
    short_title: Said
    neutral_title: Said
    audience: Said
    keep_draft: bool
    handed_out_by: HandedOutBy
    about_review: bool = False
    asks_iro_sees: bool = False
    monthly_target: bool = False
    bands: Annotated[list[BandName], Field(min_length=1)]
    scales: dict[Id, dict[Id, ScaleShape]] = {}
    core: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]*$")] = ""
    spotlight_before: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]*$")] = ""
    spotlight: list[SpotlightShape] = []
    measures: list[MeasureShape] = []


class TextShape(Shape):
    """A fixed text. Without `survey` it stands in all surveys. `plain`: what is said without images of speech."""

    id: Id
    survey: Annotated[list[Key], BeforeValidator(_as_list), Field(min_length=1)] = [
        "all"
    ]
    without_iro: bool = False
    plain: bool = False
    title: str = ""
    body: list[Said] = []
    options: dict[Id, Said] = {}
    button: str = ""
    box: str = ""
    default: str = ""
    extra: dict[Id, Said] = {}


class WordsShape(Shape):
    """`words/<band>.yaml`, `words/staff.yaml`, and the easy words that are laid over a band's."""

    ui: dict[Id, Said] = {}
    texts: list[TextShape]


class PicturesShape(Shape):
    """`pictures.yaml`: which drawing stands with what, by id. `answers` are for single questions, `options` for all.

    `openings` are for the first screen of a survey, by its key and the look.
    """

    openings: dict[Key, dict[LookName, Id]] = {}
    questions: dict[Id, Id] = {}
    texts: dict[Id, Id] = {}
    options: dict[Id, Id] = {}
    answers: dict[Id, dict[Id, Id]] = {}


S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[S]):
    """One file that has its shape, with its lines for what is still to be said about it."""

    source: Source
    shape: S


def read_shape(
    source: Source, kind: type[S]
) -> tuple[Sheet[S] | None, list[FileProblem]]:
    """The file in its shape, or None with all that keeps it from it."""
    try:
        return Sheet(source, kind.model_validate(source.data)), []
    except ValidationError as failure:
        return None, [
            source.problem_at(_plain(error), *error["loc"])
            for error in failure.errors()
        ]


def _plain(error: ErrorDetails) -> str:
    names = [
        part
        for part in error["loc"]
        if isinstance(part, str) and not part.startswith("[")
    ]
    name = f"`{names[-1]}`" if names else "the file"
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"{name} is missing"
        case "extra_forbidden":
            return f"{name} is not a key that belongs here"
        case "literal_error":
            return f"{name}: {error['input']!r} is not one of {context['expected']}"
        case "string_too_short" | "too_short":
            return f"{name} is empty"
        case "string_pattern_mismatch":
            return f"{name}: {error['input']!r} is not an id (small letters, digits, and _ or - between)"
        case "value_error":
            return str(context["error"])
        case _:
            return f"{name}: {error['msg'][0].lower()}{error['msg'][1:]}"
