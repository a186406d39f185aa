# SPDX-License-Identifier: MPL-2.0
"""Fields: what a person types is told once and never overwritten, whatever the record says meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.views.parts.choice_fields import RadioOption
from app.views.parts.fields import CheckField, ChoiceField, DateField, Field, Option, ScaleField, TextArea, TextField
from app.views.parts.growing import GrowingText
from app.views.parts.words import Words
from tests.patience import until
from tests.views.fields_laid import laid, press, write

FEW = [Option("ja", "Ja"), Option("nej", "Nej"), Option("senere", "Svaret udskydes")]
MANY = [
    Option(f"t{n}", words)
    for n, words in enumerate(["Økonomi", "Bolig", "Netværk", "Arbejde", "Sundhed", "Transport", "Andet"])
]
WRITTEN: dict[str, tuple[Callable[[], Field], str, str]] = {
    "line": (lambda: TextField("Støtte"), "én", "to"),
    "area": (lambda: TextArea("Ramme"), "én\nto", "tre"),
    "date": (lambda: DateField("Dato", interpret=lambda _: ""), "3. december", "31. februar"),
    "few": (lambda: ChoiceField("Svar", FEW), "ja", "nej"),
    "many": (lambda: ChoiceField("Tema", MANY), "t1", "noget helt andet"),
    "check": (lambda: CheckField("Har bisidder"), "ja", "nej"),
    "scale": (lambda: ScaleField("I dag"), "2", "10"),
}


@pytest.fixture
def place(qtbot: QtBot) -> Callable[..., list[Field]]:
    """Fields below each other in a window that has the keyboard, the first in hand."""

    def build(*fields: Field) -> list[Field]:
        build.window = laid(qtbot, *fields)  # type: ignore[attr-defined]
        return list(fields)

    return build


@pytest.fixture(params=WRITTEN)
def one(request: pytest.FixtureRequest, qtbot: QtBot) -> tuple[Field, str, str]:
    make, first, second = WRITTEN[request.param]
    field = make()
    qtbot.addWidget(field)
    return field, first, second


# -- what every kind of field does


def test_setting_is_not_editing(one: tuple[Field, str, str], qtbot: QtBot) -> None:
    field, first, second = one
    with qtbot.assertNotEmitted(field.edited):
        field.set_text(first)
        assert field.text() == first
        assert field.offer(second)
    assert field.text() == second
    assert not field.unsaved()


def test_every_editor_has_a_name_and_what_stands_below_is_said(one: tuple[Field, str, str]) -> None:
    field = one[0]
    assert field.editor.accessibleName() == field.label.text() != ""
    field.set_hint("højst seks måneder")
    field.set_hand("Bente 10:31")
    field.set_error("Datoen findes ikke.")
    said = field.editor.accessibleDescription()
    assert "Tjek: Datoen findes ikke." in said
    assert "højst seks måneder · Bente 10:31" in said
    field.set_error(None)
    assert "Tjek" not in field.editor.accessibleDescription()


def test_reading_shows_words_not_values_and_stays_in_the_tab_order(one: tuple[Field, str, str]) -> None:
    field, first, _ = one
    field.set_text(first)
    field.show()
    field.set_read_only(True)
    assert not field.editor.isVisible()
    reading = field._reading
    assert reading is not None
    assert reading is not field.editor
    assert reading.accessibleName() == field.label.text()
    assert reading.focusPolicy() & Qt.FocusPolicy.TabFocus
    field.set_text("")
    field.set_read_only(False)
    assert field.editor.isVisible()


def test_a_field_is_whole_at_200_per_cent_and_in_the_dark(one: tuple[Field, str, str], qapp: QApplication) -> None:
    field, first, _ = one
    field.set_text(first)
    field.resize(318, 200)
    small = field.sizeHint()
    for scheme in ("dark", "light"):
        theme_of().apply(qapp, scheme, 200)
        until(lambda: theme_of().idle, QApplication.processEvents)
        assert field.sizeHint().height() > small.height() * 1.5
        assert not field.grab().isNull()
        theme_of().apply(qapp, "light", 100)
        until(lambda: theme_of().idle, QApplication.processEvents)
    assert field.sizeHint() == small


# -- the record and the cursor


def test_typing_is_told_letter_by_letter(place: Callable[..., list[Field]]) -> None:
    (field,) = place(TextField("Støtte"))
    told: list[str] = []
    field.edited.connect(told.append)
    write(field, "é–😀")
    assert told == ["é", "é–", "é–😀"]
    assert field.unsaved()


def test_words_under_the_cursor_are_not_overwritten(place: Callable[..., list[Field]], qtbot: QtBot) -> None:
    field, other = place(TextArea("Ramme"), TextField("Støtte"))
    field.set_text("gammel")
    write(field, "ny ")
    typed = field.text()
    field.mark_saved(typed)
    assert not field.offer("fra den anden")
    assert field.text() == typed
    other.setFocus()
    qtbot.waitUntil(other.has_user_focus)
    assert field.text() == "fra den anden"


def test_a_resting_cursor_sees_what_comes(place: Callable[..., list[Field]]) -> None:
    (field,) = place(TextArea("Ramme"))
    assert field.offer("fra den anden")
    assert field.text() == "fra den anden"


@pytest.mark.parametrize("make", [lambda: TextArea("Ramme"), lambda: TextField("Støtte")])
def test_the_cursor_is_where_one_left_it_when_another_wrote_on_while_one_looked_in_another_window(
    place: Callable[..., list[Field]], qtbot: QtBot, make: Callable[[], Field]
) -> None:
    (field,) = place(make())
    field.set_text("Jeg vil tage bussen")
    qtbot.keyClick(field.editor, Qt.Key.Key_End)
    elsewhere = QLineEdit()
    qtbot.addWidget(elsewhere)
    elsewhere.show()
    elsewhere.activateWindow()
    qtbot.waitUntil(lambda: not field.has_user_focus())
    assert field.offer("Jeg vil tage bussen om morgenen")
    field.window().activateWindow()
    qtbot.waitUntil(field.has_user_focus)
    assert field.cursor_at() == len("Jeg vil tage bussen")


def test_words_not_yet_kept_stay_though_the_cursor_has_left(place: Callable[..., list[Field]], qtbot: QtBot) -> None:
    field, other = place(TextField("Støtte"), TextField("Ramme"))
    write(field, "mit")
    with qtbot.waitSignal(field.left):
        other.setFocus()
    assert not field.offer("gammelt")
    assert field.text() == "mit"
    field.mark_saved("mit")
    assert field.offer("mit, ordnet")
    assert field.text() == "mit, ordnet"


def test_an_older_save_does_not_mark_newer_words_as_kept(place: Callable[..., list[Field]]) -> None:
    (field,) = place(TextField("Støtte"))
    write(field, "ab")
    field.mark_saved("a")
    assert field.unsaved()
    field.mark_saved("ab")
    assert not field.unsaved()


def test_being_offered_ones_own_words_means_they_are_kept(place: Callable[..., list[Field]]) -> None:
    (field,) = place(TextField("Støtte"))
    write(field, "ab")
    assert field.offer("ab")
    assert not field.unsaved()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_any_text_comes_back_as_it_went_in(qtbot: QtBot, text: str) -> None:
    plain = text.replace("\u2028", "\n").replace("\u2029", "\n")
    for field in (TextArea("Ord"), TextField("Ord")):
        field.set_text(text)
        assert field.text() == plain
        assert field.offer(text)
        field.deleteLater()


def test_a_space_that_hangs_over_the_edge_draws_no_words_aside(qtbot: QtBot) -> None:
    """Typed to the very end of a line, the first letters of every line were cut off for good."""
    for wide in range(180, 260, 5):
        edit = GrowingText(2)
        qtbot.addWidget(edit)
        edit.resize(wide, 70)
        edit.show()
        for letter in "Magnus kommer rundt på egen hånd og kan mødes med andre":
            press(edit, text=letter)
            assert edit.horizontalScrollBar().value() == 0, wide


def test_tab_goes_from_field_to_field_in_order(place: Callable[..., list[Field]], qtbot: QtBot) -> None:
    fields = place(
        TextArea("Ramme"),
        ChoiceField("Svar", FEW),
        ScaleField("I dag"),
        ChoiceField("Tema", MANY),
        DateField("Dato", interpret=lambda _: ""),
        CheckField("Bisidder"),
    )
    for before, after in pairwise(fields):
        now = QApplication.focusWidget()
        assert now is not None
        assert before.has_user_focus()
        press(now, Qt.Key.Key_Tab, "\t")
        qtbot.waitUntil(after.has_user_focus)


def test_tab_goes_on_from_options_that_came_later(place: Callable[..., list[Field]], qtbot: QtBot) -> None:
    first, who, code = place(TextField("Hvor?"), ChoiceField("Hvem er her?", []), TextField("Adgangskode"))
    for names in (FEW, FEW[::-1]):
        who.set_options(names)  # type: ignore[attr-defined]
        first.setFocus()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        press(first.editor, Qt.Key.Key_Tab, "\t")
        qtbot.waitUntil(who.has_user_focus)
        now = QApplication.focusWidget()
        assert now is not None
        press(now, Qt.Key.Key_Tab, "\t")
        qtbot.waitUntil(code.has_user_focus)


# -- proposals


@pytest.mark.parametrize("make", [lambda: TextField("Til og med"), lambda: TextArea("Ramme")])
def test_a_proposal_is_not_an_answer_until_it_is_taken(
    place: Callable[..., list[Field]], make: Callable[[], Field]
) -> None:
    (field,) = place(make())
    told: list[str] = []
    field.edited.connect(told.append)
    field.proposal_taken.connect(lambda: told.append("taken"))
    field.set_proposal("29. maj 2027")
    assert field.text() == ""
    assert "Forslag: 29. maj 2027" in field.editor.accessibleDescription()
    press(field.editor, Qt.Key.Key_Return, "\r", Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "29. maj 2027"
    assert told == ["29. maj 2027", "taken"]
    press(field.editor, Qt.Key.Key_Return, "\r", Qt.KeyboardModifier.ControlModifier)
    assert told.count("taken") == 1


@pytest.mark.parametrize(
    ("make", "proposal", "words"),
    [(lambda: ChoiceField("Svar", FEW), "senere", "Svaret udskydes"), (lambda: ScaleField("Håb"), "7", "7 af 10")],
)
def test_a_proposal_is_read_below_where_it_cannot_be_faint(
    place: Callable[..., list[Field]], make: Callable[[], Field], proposal: str, words: str
) -> None:
    (field,) = place(make())
    told: list[str] = []
    field.edited.connect(told.append)
    field.set_proposal(proposal)
    assert any(label.text() == f"Forslag: {words}" and label.isVisible() for label in field.findChildren(Words))
    field.take_proposal()
    assert (field.text(), told) == (proposal, [proposal])


def test_a_proposal_never_takes_the_place_of_words(place: Callable[..., list[Field]]) -> None:
    (field,) = place(TextField("Til og med"))
    field.set_text("1. maj")
    field.set_proposal("29. maj 2027")
    field.take_proposal()
    assert field.text() == "1. maj"


# -- each kind


def test_an_area_grows_with_its_text_and_stops(qtbot: QtBot) -> None:
    field = TextArea("Ramme", min_lines=2, max_lines=4)
    qtbot.addWidget(field)
    heights = []
    for lines in (1, 2, 3, 4, 5, 40):
        field.set_text("\n".join("linje" for _ in range(lines)))
        heights.append(field.area.heightForWidth(300))
    assert heights[0] == heights[1] < heights[2] < heights[3] == heights[4] == heights[5]


def test_what_stands_where_nothing_is_written_grows_with_the_text(qtbot: QtBot, qapp: QApplication) -> None:
    area = TextArea("Begrundelse")
    qtbot.addWidget(area)
    area.show()
    theme_of().apply(qapp, "light", 200)
    assert area.area.viewport().font().pixelSize() == area.area.font().pixelSize() == 28


def test_one_long_word_wraps_instead_of_hiding(qtbot: QtBot) -> None:
    field = TextArea("Ramme", min_lines=1)
    qtbot.addWidget(field)
    field.set_text("a")
    low = field.area.heightForWidth(200)
    field.set_text("Speciallægepraksissammenslutningskonsultationsrummet" * 2)
    assert field.area.heightForWidth(200) >= low * 2


def test_a_date_says_what_it_understood(place: Callable[..., list[Field]]) -> None:
    understood = {"3/12": "torsdag den 3. december 2026"}
    (field,) = place(DateField("Dato", interpret=lambda typed: understood.get(typed, "")))
    write(field, "3/1")
    assert "torsdag" not in field.editor.accessibleDescription()
    write(field, "2")
    assert "torsdag den 3. december 2026" in field.editor.accessibleDescription()
    assert field.text() == "3/12"


def test_a_secret_is_not_shown_by_the_mouse(qtbot: QtBot) -> None:
    field = TextField("Adgangskode", secret=True)
    qtbot.addWidget(field)
    field.set_text("en meget lang adgangskode " * 5)
    assert field.line.echoMode() == QLineEdit.EchoMode.Password
    assert not field.line.toolTip()


def test_a_choice_may_be_made_and_taken_back(place: Callable[..., list[Field]]) -> None:
    (field,) = place(ChoiceField("Svar", FEW))
    told: list[str] = []
    field.edited.connect(told.append)
    assert field.text() == ""
    field.pick("nej")
    now = QApplication.focusWidget()
    assert now is not None
    press(now, Qt.Key.Key_Delete)
    assert told == ["nej", ""]


@pytest.mark.parametrize(
    ("make", "value"), [(lambda: ChoiceField("Svar", FEW), "nej"), (lambda: CheckField("Tolk"), "ja")]
)
def test_what_a_screen_reader_toggles_is_told(
    place: Callable[..., list[Field]], make: Callable[[], Field], value: str
) -> None:
    """It was seen as chosen and never kept: voice control and screen readers toggle, and press nothing."""
    (field,) = place(make())
    told: list[str] = []
    field.edited.connect(told.append)
    words = "Nej" if value == "nej" else "Tolk"
    button = next(b for b in field.findChildren(QAbstractButton) if b.text() == words or b.accessibleName() == words)
    action = QAccessible.queryAccessibleInterface(button).actionInterface()
    action.doAction("Toggle")
    assert told == [value]
    assert field.text() == value
    field.set_text("")
    assert told == [value], "what the program sets is nobody's choice"


def test_type_ahead_gives_the_value_of_words_it_knows_and_keeps_those_it_does_not(
    place: Callable[..., list[Field]],
) -> None:
    (field,) = place(ChoiceField("Tema", MANY))
    told: list[str] = []
    field.edited.connect(told.append)
    write(field, "økonomi")
    assert told[-1] == "t0"
    field.set_text("")
    write(field, "hesten")
    assert told[-1] == "hesten"
    assert field.text() == "hesten"
    field.set_text("t2")
    assert field.editor.currentText() == "Netværk"  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["82a", "82 A", "§82a", "§ 82 a"])
def test_a_paragraph_is_known_however_it_is_typed(place: Callable[..., list[Field]], typed: str) -> None:
    """»82 a« stood in the field, and was refused with »gives efter § 82 a eller § 82 b«."""
    paragraphs = [Option("82a", "§ 82 a"), Option("82b", "§ 82 b"), Option("85", "§ 85")]
    field, _after = place(ChoiceField("Gives efter", paragraphs, type_ahead=True), TextField("Lovgrundlag"))
    write(field, typed)
    assert field.text() == "82a"
    now = QApplication.focusWidget()
    assert now is not None
    press(now, Qt.Key.Key_Tab)
    assert field.editor.currentText() == "§ 82 a"  # type: ignore[attr-defined]


def test_tab_comes_to_the_option_that_is_chosen_also_when_another_chose_it(place: Callable[..., list[Field]]) -> None:
    """It stood on the one where it last was, and Space there chose that one instead."""
    before, field = place(TextField("Støtte"), ChoiceField("Grundlag", FEW))
    field.setFocus()
    before.setFocus()
    field.set_text("nej")
    now = QApplication.focusWidget()
    assert now is not None
    press(now, Qt.Key.Key_Tab)
    now = QApplication.focusWidget()
    assert isinstance(now, RadioOption)
    assert now.option.value == "nej"


def test_other_options_keep_the_keyboard_that_was_in_the_list(place: Callable[..., list[Field]], qtbot: QtBot) -> None:
    (field,) = place(ChoiceField("Navn", [Option("a", "Anne"), Option("b", "Bodil"), Option("c", "Carl")]))
    field.setFocus()
    field.set_options([Option("b", "Bodil"), Option("c", "Carl")])
    field.set_text("c")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    now = QApplication.focusWidget()
    assert isinstance(now, RadioOption)
    assert now.option.value == "c", "and stands on what is chosen"


def test_other_options_leave_the_choice_as_it_is(qtbot: QtBot) -> None:
    for options in (FEW, MANY):
        field = ChoiceField("Valg", options)
        qtbot.addWidget(field)
        field.set_text(options[1].value)
        with qtbot.assertNotEmitted(field.edited):
            field.set_options([*options, Option("ny", "Ny")])
        assert field.text() == options[1].value


# -- the scale


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("7", "7"),
        ("0", "0"),
        ("10", "10"),
        ("1", "1"),
        ("12", "12"),
        ("100", "100"),
        ("-1", "-1"),
        ("7.5", "7.5"),
        ("x", ""),
    ],
)
def test_figures_set_the_scale_and_what_is_no_such_number_stands_as_typed(
    place: Callable[..., list[Field]], keys: str, answer: str
) -> None:
    (field,) = place(ScaleField("I dag"))
    write(field, keys)
    assert field.text() == answer


def test_arrows_and_ends_set_the_scale_and_delete_takes_it_away(place: Callable[..., list[Field]]) -> None:
    (field,) = place(ScaleField("I dag"))
    told: list[str] = []
    field.edited.connect(told.append)
    Key = Qt.Key
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_End, Key.Key_Right, Key.Key_Left, Key.Key_Home, Key.Key_Delete):
        press(field.editor, key)
    assert told == ["0", "1", "10", "9", "0", ""]


def test_pressing_a_box_is_that_number_and_before_the_first_is_none_of_them(
    place: Callable[..., list[Field]],
) -> None:
    (field,) = place(ScaleField("I dag"))
    boxes = field.editor
    told: list[str] = []
    field.edited.connect(told.append)
    for x in (boxes.width() * 0.3, 1.0):
        at = QPointF(x, boxes.height() / 2)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseButtonPress, at, boxes.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(boxes, event)
    assert 0 < int(told[0]) < 8
    assert told[1] == "0"


def test_a_scale_that_is_no_number_reads_as_unanswered(qtbot: QtBot) -> None:
    field = ScaleField("I dag")
    qtbot.addWidget(field)
    for text in ("-1", "11", "²", "to", ""):
        field.set_text(text)
        assert field.value() is None, text
    field.set_value(0)
    assert field.text() == "0"
