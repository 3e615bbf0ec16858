"""Reading the folder `surveys` into a `Catalogue`, once, at start; it is refused with all that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.survey import Check, find_problems
from feedback_app.survey.clips import read_clips
from feedback_app.survey.files import build
from feedback_app.survey.files.folder import read_folder
from feedback_app.survey.files.yaml_source import FileProblem
from feedback_app.survey.pictures import Pictures


class SurveyProblems(Exception):
    """The survey files are not fit for use. Its text is every problem, one `file:line: message` on a line."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load_catalogue(root: Path, also: Sequence[Check] = ()) -> Catalogue:
    """Read and check `root`, the folder `surveys`. Raises SurveyProblems with all that is wrong, not the first only."""
    folder = read_folder(root)
    problems = find_problems(folder, also)
    if problems:
        raise SurveyProblems(problems)
    surveys = sorted(
        (build.build_survey(version) for version in folder.versions),
        key=lambda s: (s.key, s.version),
    )
    words = build.build_words(
        {band: sheet.shape for band, sheet in folder.words.items()}
    )
    pictures = (
        build.build_pictures(folder.pictures.shape) if folder.pictures else Pictures()
    )
    return Catalogue(tuple(surveys), words, pictures, clips=read_clips(root))
