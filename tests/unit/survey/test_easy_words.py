"""Easy read takes a band's own easy words, else the next younger band's; fixed texts are laid over the band's own."""

from __future__ import annotations

from feedback_app.survey.easy import in_easy_words
from feedback_app.survey.model import Easy, Option, Question, Survey
from feedback_app.survey.words import FixedText, TextKey, Words

YES_NO = (Option("yes", "Yes"), Option("no", "No"))


def question(
    text: str, easy: Easy | None = None, options: tuple[Option, ...] = YES_NO
) -> Question:
    return Question(
        "agree", "choice", text, options=options, when=f"when {text}", easy=easy
    )


def survey(**bands: Question) -> Survey:
    named = {
        band.removeprefix("from_").replace("_", "-"): (one,)
        for band, one in bands.items()
    }
    return Survey("s", 1, "S", "S", "all", True, named, {})


def said(made: Survey, band: str) -> Question:
    return in_easy_words(made, band, made.bands[band][0])


def test_a_question_in_easy_words_says_those() -> None:
    easy = Easy("Is it OK?", "All of it.", {"yes": "Yes, it is"})
    told = said(survey(from_8_11=question("Do you agree?", easy)), "8-11")
    assert (told.text, told.hint) == ("Is it OK?", "All of it.")
    assert [(o.id, o.label) for o in told.options] == [
        ("yes", "Yes, it is"),
        ("no", "No"),
    ]


def test_without_easy_words_it_takes_those_of_the_next_younger_band() -> None:
    made = survey(
        from_4_7=question("Is it OK?"),
        from_8_11=question("Do you agree?"),
        from_12_17=question("Do you concur?"),
    )
    assert said(made, "8-11").text == "Is it OK?"
    assert said(made, "12-17").text == "Is it OK?"


def test_easy_words_of_a_band_between_go_before_those_of_the_youngest() -> None:
    made = survey(
        from_4_7=question("Is it OK?"),
        from_8_11=question("Do you agree?", Easy("Do you say yes?")),
        from_12_17=question("Do you concur?"),
    )
    assert said(made, "12-17").text == "Do you say yes?"


def test_other_options_or_no_such_question_leave_it_its_own_words() -> None:
    three = (*YES_NO, Option("some", "Some"))
    made = survey(
        from_4_7=question("Is it OK?"),
        from_8_11=question("Do you agree?", options=three),
    )
    assert said(made, "8-11").text == "Do you agree?"
    assert (
        said(survey(from_12_17=question("Do you concur?")), "12-17").text
        == "Do you concur?"
    )


def test_the_order_of_the_answers_and_when_it_is_asked_stay_the_bands_own() -> None:
    made = survey(
        from_4_7=question(
            "Is it OK?", options=(Option("no", "Nah"), Option("yes", "Yeah"))
        ),
        from_8_11=question("Do you agree?"),
    )
    told = said(made, "8-11")
    assert [(o.id, o.label) for o in told.options] == [("yes", "Yeah"), ("no", "Nah")]
    assert told.when == "when Do you agree?"


WORDS = Words(
    texts={
        TextKey("12-17", "talk", "all"): FixedText(
            "talk",
            "Talk",
            ("We open the envelope.", "More."),
            (Option("no", "No"), Option("phone", "Phone")),
            "Go",
        ),
        TextKey("12-17", "talk", "all", plain=True): FixedText(
            "talk", body=("We look at your name.",)
        ),
        TextKey("easy", "talk", "all"): FixedText(
            "talk", "Talk?", options=(Option("phone", "Call me"), Option("x", "X"))
        ),
        TextKey("easy-16-25", "talk", "all"): FixedText("talk", "Talk to us?"),
        TextKey("12-17", "send", "all"): FixedText("send", "Send"),
    },
    short={"12-17": {"next": "Next", "back": "Back"}, "easy": {"next": "Go on"}},
)


def test_plain_words_take_the_place_of_what_they_say_and_of_nothing_else() -> None:
    text = WORDS.find_text("talk", "any", "12-17", plain=True)
    assert (text.title, text.body, text.button) == (
        "Talk",
        ("We look at your name.",),
        "Go",
    )
    assert WORDS.find_text("talk", "any", "12-17").body[0] == "We open the envelope."


def test_easy_words_are_laid_over_plain_ones_and_add_no_answer() -> None:
    text = WORDS.find_text("talk", "any", "12-17", easy=True)
    assert (text.title, text.body) == ("Talk?", ("We look at your name.",))
    assert [(o.id, o.label) for o in text.options] == [
        ("no", "No"),
        ("phone", "Call me"),
    ]
    assert WORDS.find_text("send", "any", "12-17", easy=True).title == "Send"


def test_a_care_leaver_has_easy_words_of_their_own() -> None:
    assert WORDS.find_text("talk", "any", "16-25", easy=True).title == "Talk to us?"


def test_short_words_that_have_no_easy_ones_stay() -> None:
    assert WORDS.short_words("12-17", easy=True) == {"next": "Go on", "back": "Back"}
    assert WORDS.short_words("12-17") == {"next": "Next", "back": "Back"}
