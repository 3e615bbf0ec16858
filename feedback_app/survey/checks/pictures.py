"""What `pictures.yaml` must keep to: in easy read every question and every answer has a drawing, and each is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from feedback_app.survey.files.build import Scales, build_pictures, build_question
from feedback_app.survey.files.folder import Folder
from feedback_app.survey.files.shape import BandShape, PicturesShape, Sheet
from feedback_app.survey.files.yaml_source import FileProblem
from feedback_app.survey.pictures import DRAWN, Pictures
from feedback_app.survey.words import TEXT_IDS


def picture_problems(folder: Folder) -> Iterator[FileProblem]:
    """All that is wrong with the file, and every question or answer that it leaves without a drawing.

    Said only once every file has its shape: what one cannot read would look as if nothing asked for it.
    """
    if folder.pictures is None or folder.problems:
        return
    yield from _own_problems(folder.pictures, folder)
    drawn = build_pictures(folder.pictures.shape)
    for version in folder.versions:
        scales = version.survey.shape.scales if version.survey else {}
        for sheet in version.bands.values():
            yield from _bare_problems(sheet, drawn, scales)


def _own_problems(sheet: Sheet[PicturesShape], folder: Folder) -> Iterator[FileProblem]:
    source, shape = sheet.source, sheet.shape
    maps = {
        ("questions",): shape.questions,
        ("texts",): shape.texts,
        ("options",): shape.options,
    }
    for place, names in (
        maps
        | {("answers", asked): names for asked, names in shape.answers.items()}
        | {("openings", key): names for key, names in shape.openings.items()}
    ).items():
        for id_, name in names.items():
            if name not in DRAWN:
                yield source.problem_at(f"there is no drawing `{name}`", *place, id_)
    bands = [
        sheet.shape for version in folder.versions for sheet in version.bands.values()
    ]
    asked = {q.id for band in bands for q in (*band.questions, *band.spotlight)}
    keys = {
        version.survey.shape.key
        for version in folder.versions
        if version.survey is not None
    }
    for part, known in (
        ("openings", keys),
        ("questions", asked),
        ("texts", set(TEXT_IDS)),
        ("answers", asked | set(TEXT_IDS)),
    ):
        for id_ in getattr(shape, part):
            if id_ not in known:
                yield source.problem_at(f"nothing asks `{id_}`", part, id_)


def _bare_problems(
    sheet: Sheet[BandShape], drawn: Pictures, scales: Scales
) -> Iterator[FileProblem]:
    for part, shapes in (
        ("questions", sheet.shape.questions),
        ("spotlight", sheet.shape.spotlight),
    ):
        for n, shape in enumerate(shapes):
            one = build_question(shape, scales)
            if shape.picture and shape.picture not in DRAWN:
                yield sheet.source.problem_at(
                    f"there is no drawing `{shape.picture}`", part, n, "picture"
                )
            if not drawn.of_question(one):
                yield sheet.source.problem_at(
                    f"`{one.id}` has no drawing in pictures.yaml", part, n, "id"
                )
            for option in one.options:
                if not drawn.of_option(one.id, option):
                    message = (
                        f"`{option.id}` of `{one.id}` has no drawing in pictures.yaml"
                    )
                    yield sheet.source.problem_at(
                        message, part, n, "options", option.id
                    )
