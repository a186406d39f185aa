# SPDX-License-Identifier: MPL-2.0
"""A paper leaves the room: what it says, which version it is, and how it reached the citizen (A3, H4; idea 14).

`gather` reads on the database lane, `render` is pure and sets the pages on the work lane, `issue` records what was given.
A version is one content: the same words again are the same version, in large print too. Only a decision whose seal holds makes a
paper signed; which that is and what it then says, the contents in `papers` decide. What belongs to no case (a blank meeting
sheet, the catalogue) is made here and recorded nowhere. Must not know screens, printers or files.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.domain.dates import format_long
from app.domain.deadlines import Channel
from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.readability import Readability, measure
from app.domain.rights import Act, act_of_paper
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.choices import Paragraph
from app.models.kinds import Municipality, Offer, Paper
from app.papers.answer_contents import letter_content, plan_content
from app.papers.citizen_contents import (
    ContactsContent,
    LookupsContent,
    SheetContent,
    catalogue_content,
    contacts_content,
    lookups_content,
    sheet_content,
)
from app.papers.content import LetterContent, PlanContent, content_hash
from app.papers.decided import DecidedCopy
from app.papers.kinds import KNOWN, PaperKind
from app.papers.note_content import NoteContent, note_content
from app.papers.staff_contents import (
    DocumentingContent,
    OrderContent,
    documenting_content,
    order_content,
)
from app.papers.undrawn import undrawn
from app.papers.wording import plain_text
from app.services.conversation import write_joins
from app.services.decide import lacking
from app.services.desk import Desk
from app.services.looks import FromAfar, Looks, everybodys
from app.services.settings import in_use
from app.store import queries
from app.store.accounts import accounts
from app.store.unit_of_work import new_id

log = logging.getLogger(__name__)

NOT_GIVEN = ""
"""The channel of a paper the citizen has not been given yet."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a paper reaches the citizen (`Channel`, or NOT_GIVEN), on which day (None: today), and with a copy to the værge."""

    channel: str = Channel.HANDED_OVER.value
    on: date | None = None
    guardian_copy: bool = False


@dataclass(frozen=True, slots=True)
class PaperSource:
    """Everything a paper is made of, read once. `phones`: of each person at work, by name.

    `looks`: who has opened the case, where that paper was wanted.
    """

    file: CaseFile
    municipality: Municipality
    today: date
    phones: Mapping[str, str]
    offers: Mapping[str, Offer]
    delivery: Delivery
    looks: Looks


@dataclass(frozen=True, slots=True)
class Made:
    """A finished paper, not yet given to anybody.

    `replaces`: the version the citizen has at home, 0 for none. `broken_seal`: there is a decision, and it does not hold.
    `reading` is for the staff alone: a pointer, never a block; None for a paper nobody reads through. `undrawn`: the labels of
    fields with letters the paper has no type for.
    """

    kind: PaperKind
    pdf: bytes
    content_hash: str
    version: int
    replaces: int
    draft: bool
    broken_seal: bool
    decision_id: str
    delivery: Delivery
    reading: Readability | None
    large: bool = False
    undrawn: tuple[str, ...] = ()


def gather(
    desk: Desk,
    hand: Hand,
    case_id: str,
    delivery: Delivery | None = None,
    wanted: Collection[PaperKind] = (),
    afar: FromAfar | None = None,
) -> PaperSource:
    """Read what the papers of a case are made of. Database lane. `wanted`: those that need more than the case itself; `afar`:
    what the shared database has answered of who looked (`looks.ask_everywhere`).

    Raises UserError as `settle` does when the delivery cannot be so, and for whoever may not read the case or its log.
    """
    desk.require_open(hand, case_id)
    looks = everybodys(desk, hand, case_id, afar) if PaperKind.LOOKUPS in wanted else Looks((), everywhere=True)
    file = queries.case_file(desk.replica, case_id)
    used = {one.offer_id for one in file.support if one.offer_id}
    found = (queries.offer(desk.replica, offer_id) for offer_id in used)
    return PaperSource(
        file=file,
        municipality=in_use(desk),
        today=desk.today(),
        phones={one.name: one.phone for one in accounts(desk.replica)},
        offers={one.id: one for one in found if one is not None},
        delivery=settle(file, delivery or Delivery(), desk.today()),
        looks=looks,
    )


def has_plan(file: CaseFile) -> bool:
    """Whether there is anything to make a plan of: a wish or a goal."""
    said = (file.story.want, file.story.think, *(text for goal in file.goals for text in (goal.words, goal.goal)))
    return any(text.strip() for text in said)


def why_none(file: CaseFile, kind: PaperKind) -> str:
    """Why there is no such paper yet, in one sentence; "" when there is."""
    if kind is PaperKind.PLAN and not has_plan(file):
        return "Skriv først et ønske eller et mål."
    if kind is PaperKind.ORDER:
        if file.decision is None or not file.decision.authentic:
            return "Der bestilles først noget, når svaret er underskrevet."
        decided = DecidedCopy.from_json(file.decision.decision.content)
        if not any(one.paragraph != Paragraph.OPEN for one in decided.support):
            return "Der er ikke bevilget støtte, som skal bestilles."
    return ""


def render(source: PaperSource, kind: PaperKind, *, large: bool = False, named: bool = False) -> Made:
    """Set the paper. Takes its time and reads nothing but `source`; the same source gives the same bytes.

    `large`: in large print. `named`: with the names of staff on the list of who has opened the record.
    """
    content = _content(source, kind, named)
    said = content_hash(content)
    version, replaces = _version(source.file, kind, said)
    decided = content if isinstance(content, PlanContent | LetterContent | OrderContent) else None
    signed = decided is not None and decided.signed
    decision = source.file.decision
    return Made(
        kind=kind,
        pdf=_draw(content, version, replaces, large),
        content_hash=said,
        version=version,
        replaces=replaces,
        draft=decided is not None and not signed,
        broken_seal=decided is not None and decided.broken_seal,
        decision_id=decision.decision.id if decision is not None and signed else "",
        delivery=source.delivery if KNOWN[kind].given else Delivery(NOT_GIVEN),
        reading=measure(plain_text(content)) if isinstance(content, PlanContent | LetterContent) else None,
        large=large,
        undrawn=undrawn(content, source.file, source.municipality),
    )


def issue(desk: Desk, hand: Hand, case_id: str, made: Made) -> Paper:
    """Record that a paper has left the room, with its very pages. Called once it is printed or written, never before.

    The same paper given in the same way again adds nothing but a line in the access log. Raises UserError when what was made
    is no longer what the case would give: another paper has been issued, or another decision signed, since.
    """
    desk.require(hand, act_of_paper(made.kind), case_id)
    file = write_joins(desk, hand, queries.case_file(desk.replica, case_id))
    if made.decision_id and not _in_force(file, made.decision_id):
        raise UserError("Der er underskrevet et nyt svar i mellemtiden. Brug ikke papiret, men lav det igen.")
    if _version(file, made.kind, made.content_hash)[0] != made.version:
        raise UserError("Der er givet et andet papir i mellemtiden. Lav papiret igen, så det får sin rigtige version.")
    known = next((one for one in _issued(file, made.kind) if _same(one, made)), None)
    paper = known or Paper(
        id=new_id(),
        case_id=case_id,
        type=made.kind.value,
        version=made.version,
        hash=made.content_hash,
        made_at=desk.clock().isoformat(timespec="seconds"),
        draft=made.draft,
        decision_id=made.decision_id,
        replaces=made.replaces,
        channel=made.delivery.channel,
        delivered_on=made.delivery.on,
        guardian_copy=made.delivery.guardian_copy,
        large=made.large,
    )
    with desk.step(hand, case_id, f"{'Giv' if KNOWN[made.kind].given else 'Print'} {KNOWN[made.kind].the}") as work:
        if known is None:
            work.issue(paper, made.pdf)
        else:
            work.log_access("udskrevet", known.id)
    log.info("paper issued: %s version %s", paper.id, paper.version)
    return paper


def way_known(file: CaseFile, today: date, people: Collection[str]) -> str:
    """How what is printed now reaches the citizen, as far as anybody knows: by hand where one of `people` sits at a meeting that
    runs today, and else NOT_GIVEN, until somebody says how. Pure.

    Who decides alone, for a colleague or when the citizen has gone, hands nothing over; a letter so made names no last day.
    """
    meeting = file.meeting
    if meeting is None or meeting.date != today or meeting.ended:
        return NOT_GIVEN
    began = file.hands.get((meeting.id, "date"))
    there = {file.case.bestiller, file.case.vejleder, began.hand.name if began is not None else ""}
    there |= {one.name for one in file.participants if one.meeting_id == meeting.id}
    at_it = {fold(name) for name in there if name.strip()}
    return Channel.HANDED_OVER.value if any(fold(name) in at_it for name in people) else NOT_GIVEN


def correct_delivery(desk: Desk, hand: Hand, case_id: str, paper_id: str, delivery: Delivery) -> None:
    """The paper reached the citizen in another way, or on another day, than was first noted. Errors as in `settle`."""
    desk.require(hand, Act.PAPER, case_id)
    given = settle(queries.case_file(desk.replica, case_id), delivery, desk.today())
    with desk.step(hand, case_id, "Ret, hvordan papiret er givet") as work:
        values = {"channel": given.channel, "delivered_on": given.on, "guardian_copy": given.guardian_copy}
        work.write("paper", paper_id, values)


def settle(file: CaseFile, delivery: Delivery, today: date) -> Delivery:
    """The delivery with its day. Pure. Raises UserError (field "channel", "delivered_on" or "guardian_copy") if it cannot be."""
    if delivery.channel == NOT_GIVEN:
        return Delivery(NOT_GIVEN)
    if delivery.channel not in set(Channel):
        raise UserError("Vælg, hvordan borgeren får papiret.", "channel")
    if delivery.guardian_copy and not file.citizen.guardian.strip():
        raise UserError("Der står ingen værge på sagen.", "guardian_copy")
    day = delivery.on or today
    if delivery.channel == Channel.HANDED_OVER and day > today:
        raise UserError("Dagen er ikke kommet endnu.", "delivered_on")
    if day > today + _LONGEST_AHEAD:
        raise UserError("Dagen ligger mere end to uger ude i fremtiden.", "delivered_on")
    signed = _signed_day(file)
    if signed is not None and day < signed:
        raise UserError(f"Svaret er først underskrevet {format_long(signed)}.", "delivered_on")
    return replace(delivery, on=day)


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """What the citizens' version of the catalogue is made of: every version of every entry."""

    offers: tuple[Offer, ...]
    municipality: Municipality
    today: date


def gather_catalogue(desk: Desk) -> CatalogueSource:
    """Read the catalogue. Database lane. It is open to everybody (F3)."""
    return CatalogueSource(queries.offer_versions(desk.replica), in_use(desk), desk.today())


def gather_blank(desk: Desk) -> Municipality:
    """Whose meeting sheet it is: all a blank one is made of. Database lane."""
    return in_use(desk)


def blank_sheet(municipality: Municipality, *, large: bool = False) -> bytes:
    """The meeting sheet with no name on it. Work lane."""
    from app.papers.meeting_sheet import render_sheet

    return render_sheet(sheet_content(None, municipality), large=large)


def citizens_catalogue(source: CatalogueSource, *, large: bool = False) -> bytes:
    """The citizens' version of the catalogue. Work lane."""
    from app.papers.catalogue import render_catalogue

    content = catalogue_content(source.offers, source.municipality, source.today)
    return render_catalogue(content, large=large)


def at_home(file: CaseFile) -> Mapping[PaperKind, Paper]:
    """The version of each paper the citizen has, as it was first given."""
    found: dict[PaperKind, Paper] = {}
    for kind in PaperKind:
        given = [(one.version, one.delivered_on, one) for one in _issued(file, kind) if one.delivered_on is not None]
        newest = max((version for version, _, _ in given), default=0)
        first = min((one for one in given if one[0] == newest), key=lambda one: one[1], default=None)
        if first is not None:
            found[kind] = first[2]
    return found


def is_at_home(source: PaperSource, kind: PaperKind) -> bool:
    """Whether the citizen has this paper as it would be made now. Pure."""
    home = at_home(source.file).get(kind)
    return home is not None and home.hash == content_hash(_content(source, kind, named=False))


def not_given_yet(file: CaseFile) -> Mapping[PaperKind, Paper]:
    """The newest version of each paper for the citizen that has left the program, a file perhaps, and that nobody has noted as
    given. A draft is none any more when there is an answer."""
    home = at_home(file)
    newest = {kind: _issued(file, kind)[-1:] for kind in PaperKind if KNOWN[kind].given}
    return {
        kind: one
        for kind, last in newest.items()
        for one in last
        if one.delivered_on is None
        and (kind not in home or home[kind].version < one.version)
        and not (one.draft and file.decision is not None)
    }


# -- inside

_LONGEST_AHEAD = timedelta(days=14)


_Decided = PlanContent | LetterContent | OrderContent
_Content = _Decided | ContactsContent | LookupsContent | SheetContent | NoteContent | DocumentingContent


def _content(source: PaperSource, kind: PaperKind, named: bool) -> _Content:
    """What the paper says. Everything is read from the record: nothing is typed for a paper."""
    file, own, today, phones = source.file, source.municipality, source.today, source.phones
    match kind:
        case PaperKind.PLAN:
            return plan_content(file, own, today, phones)
        case PaperKind.LETTER:
            return _letter(source)
        case PaperKind.CONTACTS:
            return contacts_content(file, own, today, phones)
        case PaperKind.LOOKUPS:
            looks = source.looks
            return lookups_content(
                file, own, today, looks.lines, named=named, everywhere=looks.everywhere, shared=looks.shared
            )
        case PaperKind.SHEET:
            return sheet_content(file, own, phones)
        case PaperKind.NOTE:
            return note_content(file, own, today, phones)
        case PaperKind.ORDER:
            return order_content(file, own, today, phones, source.offers)
        case PaperKind.DOCUMENTING:
            return documenting_content(file, own, today, lacking(file), phones)


def _draw(content: _Content, version: int, replaces: int, large: bool) -> bytes:
    """The pages. Each paper is loaded when it is first set: the first screen waits for no ReportLab."""
    match content:
        case PlanContent():
            from app.papers.plan import render_plan

            return render_plan(content, version=version, replaces=replaces, large=large)
        case LetterContent():
            from app.papers.answer_letter import render_letter

            return render_letter(content, version=version, replaces=replaces, large=large)
        case ContactsContent():
            from app.papers.contact_sheet import render_contacts

            return render_contacts(content, version=version, replaces=replaces, large=large)
        case LookupsContent():
            from app.papers.lookups import render_lookups

            return render_lookups(content, version=version, replaces=replaces, large=large)
        case SheetContent():
            from app.papers.meeting_sheet import render_sheet

            return render_sheet(content, version=version, replaces=replaces, large=large)
        case NoteContent():
            from app.papers.meeting_note import render_note

            return render_note(content, version=version, replaces=replaces, large=large)
        case OrderContent():
            from app.papers.order import render_order

            return render_order(content, version=version, replaces=replaces, large=large)
        case DocumentingContent():
            from app.papers.documenting import render_documenting

            return render_documenting(content, version=version, replaces=replaces, large=large)


def _letter(source: PaperSource) -> LetterContent:
    """A signed letter counts the time to complain from the day and in the way it is given; a draft is of today."""
    file, delivery = source.file, source.delivery
    signed = file.decision is not None and file.decision.authentic
    return letter_content(
        file,
        source.municipality,
        delivery.on if signed and delivery.on is not None else source.today,
        source.phones,
        offers=source.offers,
        channel=Channel(delivery.channel) if delivery.channel else None,
    )


def _issued(file: CaseFile, kind: PaperKind) -> list[Paper]:
    """Papers of a kind in the order they were issued."""
    return sorted((one for one in file.papers if one.type == kind.value), key=lambda one: (one.version, one.id))


def _version(file: CaseFile, kind: PaperKind, said: str) -> tuple[int, int]:
    """The version of a paper that says this, and the one it replaces at the citizen's home (0: none)."""
    issued = _issued(file, kind)
    if issued and issued[-1].hash == said:
        return issued[-1].version, issued[-1].replaces
    home = at_home(file).get(kind)
    return (issued[-1].version if issued else 0) + 1, home.version if home else 0


def _same(paper: Paper, made: Made) -> bool:
    given = Delivery(paper.channel, paper.delivered_on, paper.guardian_copy)
    alike = paper.version == made.version and paper.hash == made.content_hash and paper.large == made.large
    return alike and given == made.delivery


def _in_force(file: CaseFile, decision_id: str) -> bool:
    now = file.decision
    return now is not None and now.authentic and now.decision.id == decision_id


def _signed_day(file: CaseFile) -> date | None:
    if file.decision is None or not file.decision.authentic:
        return None
    return datetime.fromisoformat(file.decision.decision.signed_at).date()
