# SPDX-License-Identifier: MPL-2.0
"""Step 6, Papir: the plan and the answer as they will be printed, and their way to the citizen (A3, H4; idea 14).

What is seen is the finished PDF itself. A paper is recorded once it is printed or written to a file, never before. What a
paper says, which version it is and whether it is a draft, `services/issue.py` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.domain.errors import EnvironmentProblem
from app.domain.rights import Act, act_of_paper
from app.models.casefile import CaseFile
from app.models.kinds import Paper
from app.papers.kinds import KNOWN, PaperKind
from app.services.issue import (
    Delivery,
    Made,
    PaperSource,
    at_home,
    correct_delivery,
    has_plan,
    issue,
    render,
    why_none,
)
from app.views.allowed import allow, refuses, why_not
from app.views.answers import ask_for
from app.views.binding import Bound
from app.views.context import Context
from app.views.parts.pdf_view import Page, draw_pages
from app.views.room.gathering import gather_for
from app.views.room.other_papers import MAIN
from app.views.room.paper_place import PaperPlace
from app.views.room.paper_sides import GivingSide, TellingSide
from app.views.room.step import Primary, Step
from app.views.room.ways_out import as_pdf, choose_printer, has_printer, print_pdfs, save_pdf, withdraw

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PAUSE_MS = 400
"""How long the case must rest before its papers are made again."""

ANSWER = "answer.target_group"

NO_PRINTER = "Der er ingen printer på denne computer. Vil du gemme {the} som PDF i stedet?"
PRINTED_NOT_NOTED = "Papiret er printet, men det kunne ikke noteres i sagen. Gør plads på disken, og print det igen."
NOT_NOTED = "Papiret kunne ikke noteres i sagen, så det er heller ikke gemt. Gør plads på disken, og prøv igen."


@dataclass(frozen=True, slots=True)
class _Ready:
    """The papers as they stand, and the pages of the one on the screen."""

    made: dict[PaperKind, Made]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way out of the program: what lets the papers out, what takes them back, and how it is told."""

    out: Callable[[Sequence[Made]], None]
    take_back: Callable[[], None] | None
    done: str
    not_noted: str


class PapersStep(Step):
    """`has_printer` and `choose_printer` ask the machine; a test answers in their place."""

    def __init__(self, context: Context, case_id: str) -> None:
        super().__init__(context, case_id)
        self.has_printer: Callable[[], bool] = has_printer
        self.choose_printer: Callable[[QWidget | None, str], QPrinter | None] = choose_printer
        self.kind = PaperKind.PLAN
        self.made: dict[PaperKind, Made] = {}
        self._file: CaseFile | None = None
        self._asked = 0
        self._stale = True
        self._undrawn: tuple[str, ...] = ()
        self._chosen = False  # whether a person has said which paper they look at
        self._giving = False
        self.giving = GivingSide(context, case_id)
        self.telling = TellingSide()
        self.left = self.giving
        self.comes_for = [self.giving.buttons[f"{kind.value}.print"] for kind in MAIN]
        self.right = self.telling
        self.center = self.place = PaperPlace()
        self.view = self.place.view
        self._pause = QTimer(self.place)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._make)
        self.giving.print_asked.connect(lambda kind: self.print_papers((kind,)))
        self.giving.save_asked.connect(self.ask_and_save)
        self.giving.correct_asked.connect(lambda: self._note(self.giving.to_correct()))
        self.giving.got_asked.connect(lambda: self._note(self.giving.waiting()))
        allow(context, Act.PAPER, *self.giving.buttons.values(), self.giving.correct, self.giving.got)
        self.giving.delivery_changed.connect(self._delivery_changed)
        self.giving.form_changed.connect(self._make)
        self.giving.others.chosen.connect(self.choose)
        self.place.tabs.chosen.connect(lambda key: self.choose(PaperKind(key)))
        self.place.notice.pressed.connect(lambda: self.lead_to(ANSWER))
        self.view.wanted.connect(self._make)
        self.view.pressed.connect(self._pressed)
        self.view.appeared.connect(self._appeared)

    # What the room asks.

    def refresh(self, file: CaseFile) -> None:
        """The case has changed: say what stands; the papers are made again when it has come to rest."""
        super().refresh(file)
        self._file = file
        if not self._chosen:
            self._turn_to(PaperKind.PLAN if has_plan(file) or not file.answer.target_group else PaperKind.LETTER)
        self.giving.show_file(file, self.context.desk.today(), _kinds(file))
        self.telling.show_papers(file, self.made)
        self.giving.offer_correction(bool(self.giving.to_correct()))
        self.place.warn(file, self.kind, self._undrawn)
        self._make_soon()

    def done(self, file: CaseFile) -> bool:
        """Whether the citizen has the plan or the answer at home."""
        return any(kind in at_home(file) for kind in MAIN)

    def primary(self, file: CaseFile) -> Primary | None:
        """Print what is signed and not yet given; afterwards the room's own."""
        decision = file.decision
        if decision is None or not decision.authentic:
            return None
        home, kinds = at_home(file), _kinds(file)
        if all(kind in home and home[kind].decision_id == decision.decision.id for kind in kinds):
            return None
        words = "Print plan og svar" if len(kinds) > 1 else "Print svaret"
        why = why_not(self.context, Act.PAPER)
        return Primary(words, lambda: self.print_papers(kinds), not why, "papers.print", why)

    def at_its_button(self) -> bool:
        """What is signed and not at home yet is there to be printed; how it is given is chosen already."""
        primary = self.primary(self._file) if self._file is not None else None
        return primary is not None and primary.enabled

    # What a person does.

    def choose(self, kind: PaperKind) -> None:
        """Show one of the papers."""
        self._chosen = True
        if kind is self.kind:
            return
        self._turn_to(kind)
        if self._file is not None:
            self.place.warn(self._file, self.kind, self._undrawn)
        self.view.to_top()
        self._make()

    def print_papers(self, kinds: Sequence[PaperKind]) -> None:
        """Print through the system's dialog; with no printer, say so and offer a PDF."""
        if any(refuses(self.context, act) for act in dict.fromkeys(map(act_of_paper, kinds))):
            return
        delivery = self.giving.delivery()
        if delivery is None or self._busy():
            return
        if not self.has_printer():
            asked = NO_PRINTER.format(the=_both(kinds))
            if self.context.asks.offer("Ingen printer", asked, "Gem som PDF", "Nej tak"):
                self._save_each(kinds)
            return
        printer = self.choose_printer(self.place.window(), " og ".join(KNOWN[kind].name for kind in kinds))
        if printer is not None:
            way = _Way(lambda made: print_pdfs(printer, [one.pdf for one in made]), None, "printet", PRINTED_NOT_NOTED)
            self._give(kinds, delivery, way)

    def ask_and_save(self, kind: PaperKind) -> None:
        """Ask where, and write the paper there."""
        self._save_each((kind,))

    def save(self, kind: PaperKind | str, path: str, then: Callable[[], object] | None = None) -> None:
        """Write the paper to `path` as PDF; once it is there, it is recorded. `then` when all went well."""
        if refuses(self.context, act_of_paper(kind)):
            return
        delivery = self.giving.delivery_of_file()
        if delivery is None or self._busy():
            return
        target = as_pdf(path)
        way = _Way(lambda made: save_pdf(target, made[0].pdf), lambda: withdraw(target), "gemt som PDF", NOT_NOTED)
        self._give((PaperKind(kind),), delivery, way, then)

    def _note(self, papers: Sequence[Paper]) -> None:
        """These papers were given in the way now chosen: note that on the case."""
        context, case_id, hand = self.context, self.case_id, self.context.hand
        delivery = self.giving.delivery()
        if delivery is None:
            return
        chosen = delivery

        def work() -> None:
            for paper in papers:
                correct_delivery(context.desk, hand, case_id, paper.id, chosen)

        ask_for(self.place, context, work, lambda _: self.giving.say("Noteret i sagen."), self._not_given)

    # Giving.

    def _delivery_changed(self) -> None:
        self.giving.offer_correction(bool(self.giving.to_correct()))
        self._make_soon()

    def _save_each(self, kinds: Sequence[PaperKind]) -> None:
        """One after the other, as long as the person says where."""
        if not kinds or self._file is None or self.giving.delivery() is None:
            return
        kind = kinds[0]
        name = f"{KNOWN[kind].name.rstrip('?')} {self._file.case.goes_by}".strip()
        path = self.context.asks.save_file(f"Gem {KNOWN[kind].the} som PDF", f"{name}.pdf", "PDF (*.pdf)")
        if path:
            self.save(kind, path, lambda: self._save_each(kinds[1:]))

    def _give(
        self, kinds: Sequence[PaperKind], delivery: Delivery, way: _Way, then: Callable[[], object] | None = None
    ) -> None:
        """Read, set, let out and record, each on its own lane; whatever goes wrong is one sentence, and no record."""
        context, case_id, hand = self.context, self.case_id, self.context.hand
        for bound in self.place.window().findChildren(Bound):
            bound.flush()  # what is still being typed anywhere belongs on the paper
        self._giving = True
        self.giving.say(f"{_capital(_both(kinds))} bliver {way.done} …")

        large, named = self.giving.large.checked(), self.giving.others.named.checked()

        def let_out(source: PaperSource) -> list[Made]:
            made = [render(source, kind, large=large, named=named) for kind in kinds]
            way.out(made)
            return made

        def record(made: list[Made]) -> list[Paper]:
            try:
                return [issue(context.desk, hand, case_id, one) for one in made]
            except EnvironmentProblem as problem:
                raise EnvironmentProblem(way.not_noted) from problem

        def recorded(papers: list[Paper]) -> None:
            self._giving = False
            if not self._is_here():
                return
            versions = " og ".join(dict.fromkeys(str(paper.version) for paper in papers))
            waits = " Ikke givet endnu." * any(KNOWN[PaperKind(p.type)].given and not p.channel for p in papers)
            self.giving.say(f"{_capital(_both(kinds))} er {way.done}, version {versions}.{waits}")
            if then is not None:
                then()

        def not_recorded(message: str, field: str | None) -> None:
            if way.take_back is not None:
                context.run_slow(way.take_back)
            self._not_given(message, field)

        def gathered(source: PaperSource) -> None:
            context.run_slow(lambda: let_out(source), left_us, self._not_given)

        def left_us(made: list[Made]) -> None:
            context.run(lambda: record(made), recorded, not_recorded)

        gather_for(context, hand, case_id, delivery, kinds, gathered, self._not_given)

    def _busy(self) -> bool:
        """Whether papers are on their way out; a second press then does nothing."""
        return self._giving and not self.context.idle

    def _not_given(self, message: str, field: str | None) -> None:
        self._giving = False
        if self._is_here():
            self.giving.say("")
            if self.giving.refuse(message, field):
                return
        self.context.asks.tell(message)

    def _is_here(self) -> bool:
        """Whether the room is still open. A paper on its way out is recorded all the same."""
        return isValid(self.place)

    # Making and showing.

    def _turn_to(self, kind: PaperKind) -> None:
        if kind is self.kind:
            return
        self.kind, self._undrawn = kind, ()
        if kind in MAIN:
            self.place.tabs.choose(kind.value)
        else:
            self.place.tabs.clear()
        self.giving.others.show_chosen(None if kind in MAIN else kind)

    def _tell_lacks(self, source: PaperSource) -> None:
        """What the list of lookups lacks, above it."""
        if source.looks.lacks:
            self.place.notice.say(source.looks.lacks)
        else:
            self.place.warn(source.file, self.kind, self._undrawn)

    def _make_soon(self) -> None:
        self._stale = True
        if self.view.isVisible():
            self._pause.start(PAUSE_MS if self.made else 0)

    def _appeared(self) -> None:
        """On the screen again: what has changed meanwhile is made now."""
        if self._stale and self._file is not None:
            self._pause.start(0)

    def _make(self) -> None:
        """Make the papers and the pages of the one shown. An answer that has been overtaken is let lie."""
        if not self.view.isVisible() or self._file is None:
            self._stale = True
            return
        self._pause.stop()
        self._stale = False
        self._asked += 1
        asked, shown, wide = self._asked, self.kind, self.view.pixels()
        context, case_id, hand = self.context, self.case_id, self.context.hand
        delivery = self.giving.delivery() or Delivery()
        large, named = self.giving.large.checked(), self.giving.others.named.checked()
        self.view.wait()

        def work(source: PaperSource) -> _Ready:
            wanted = dict.fromkeys((*_kinds(source.file), *(() if why_none(source.file, shown) else (shown,))))
            made = {kind: render(source, kind, large=large, named=named) for kind in wanted}
            return _Ready(made, draw_pages(made[shown].pdf, wide) if shown in made else ())

        def wanted() -> bool:
            return asked == self._asked and self._is_here()

        def ready(done: _Ready) -> None:
            if wanted():
                self._show(done)

        def failed(message: str, _field: str | None) -> None:
            if wanted():
                self.view.show_state("error", "Papiret kan ikke vises", message, "Prøv igen")

        def gathered(source: PaperSource) -> None:
            if wanted():
                self._tell_lacks(source)
                context.run_slow(lambda: work(source), ready, failed)

        gather_for(context, hand, case_id, delivery, (shown,), gathered, failed)

    def _show(self, ready: _Ready) -> None:
        self.made = ready.made
        if self._file is not None:
            self.telling.show_papers(self._file, self.made)
        made = self.made.get(self.kind)
        undrawn = made.undrawn if made is not None else ()
        if undrawn != self._undrawn and self._file is not None:
            self._undrawn = undrawn
            self.place.warn(self._file, self.kind, self._undrawn)
        self.telling.show_reading(self.kind, made.reading if made is not None else None)
        if made is None and self.kind is PaperKind.PLAN:
            self.view.show_state(
                "document", "Der er ingen plan endnu", "Den begynder med borgerens ønske eller et mål.", "Skriv ønsket"
            )
        elif made is None:
            why = why_none(self._file, self.kind) if self._file is not None else ""
            self.view.show_state("document", "Papiret er her ikke endnu", why)
        else:
            self.view.show_pages(ready.pages)
        self.place.tell(len(ready.pages))

    def _pressed(self) -> None:
        """The one button of an empty or broken place."""
        if self.kind is PaperKind.PLAN and self._file is not None and not has_plan(self._file):
            self.lead_to("wishes.want")
        else:
            self._make()


def _kinds(file: CaseFile) -> tuple[PaperKind, ...]:
    """The papers there are: always an answer, and a plan where there is a wish or a goal."""
    return (PaperKind.PLAN, PaperKind.LETTER) if has_plan(file) else (PaperKind.LETTER,)


def _both(kinds: Sequence[PaperKind]) -> str:
    return " og ".join(KNOWN[kind].the for kind in kinds)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
