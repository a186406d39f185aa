# SPDX-License-Identifier: MPL-2.0
"""What goes on the smaller papers a citizen may hold: whom to call, who opened the record, a sheet to write on, the catalogue.

Pure, as `answer_contents`. Called by the services that make a paper; set by `contact_sheet`, `lookups`, `meeting_sheet` and
`catalogue`. Rows F3, H3, H4; ideas 13, 14, 16; domain.md § 3.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from app.domain.names import sort_key
from app.models.apart import both_told
from app.models.casefile import CaseFile
from app.models.choices import OfferKind
from app.models.kinds import Municipality, Offer
from app.papers.discretion import discretion_of
from app.papers.parts import Contact
from app.papers.reading import (
    COORDINATOR,
    author_of,
    contact_of,
    contacts_of,
    in_order,
    is_signed,
    place_of,
    present_at,
    the_unit,
    told_of,
)

# -- whom do I call


@dataclass(frozen=True, slots=True)
class Topic:
    """What one calls about, and whom."""

    about: str
    who: Contact


@dataclass(frozen=True, slots=True)
class CaredFor:
    """A coordinating task and who has it: always somebody at work, never the citizen (H4)."""

    what: str
    who: str


@dataclass(frozen=True, slots=True)
class ContactsContent:
    """Everything "Hvem ringer jeg til?" says."""

    author: str
    citizen: str
    day: date
    topics: tuple[Topic, ...]
    unit: Contact
    address: str
    data_protection: str
    cared_for: tuple[CaredFor, ...]
    follow_ups: tuple[date, ...]


def contacts_content(
    file: CaseFile, municipality: Municipality, today: date, staff: Mapping[str, str] | None = None
) -> ContactsContent:
    """Whom the citizen calls about what. Dated by the newest that could have changed it: a meeting, an answer, a new name."""
    file, phones = both_told(file), staff or {}
    told = told_of(file, municipality, {})
    unit = the_unit(municipality)
    vejleder, bestiller, coordinator = (
        contact_of(role, file, municipality, phones) for role in ("vejleder", "bestiller", COORDINATOR)
    )
    decides, gathers = bestiller or unit, coordinator or bestiller or unit
    topics = (
        Topic(_WITH_VEJLEDER if vejleder else _PREVENTED, vejleder or unit),
        Topic("Dit svar, din støtte, og når noget skal ændres", decides),
        Topic("Når du vil klage, eller du er utilfreds", decides),
        Topic("Når du ikke ved, hvem du skal spørge", gathers),
    )
    tasks = (
        "Samler det, der skal bruges i din sag",
        "Spørger dig om lov, før vi taler med andre om dig",
        "Taler med de andre, der hjælper dig",
        "Sørger for, at aftaler og breve passer sammen",
    )
    days = [*(one.date for one in file.meetings), *(one.since for one in file.coordinators)]
    days += [told.decided_on] if is_signed(file) else []
    return ContactsContent(
        author=author_of(municipality),
        citizen=told.citizen_name,
        day=max((day for day in days if day is not None), default=today),
        topics=topics,
        unit=unit,
        address=municipality.address.strip(),
        data_protection=municipality.data_protection.strip(),
        cared_for=tuple(CaredFor(task, gathers.name) for task in tasks),
        follow_ups=in_order(told.follow_ups),
    )


_PREVENTED = "Når du er forhindret"
_WITH_VEJLEDER = "Det, du laver med din vejleder. Og når du er forhindret"


# -- who opened the record


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the case as the log has it. `name` "" is somebody unknown here."""

    at: datetime
    name: str
    role: str
    action: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What somebody did on the case on one day, how often, and in which role. `name` only where names are asked for."""

    day: date
    time: str
    what: str
    times: int
    why: str
    name: str


@dataclass(frozen=True, slots=True)
class LookupsContent:
    """Everything "Opslag i din sag" says. `everywhere`: all desks are counted, not just this one; `shared`: there are others."""

    author: str
    phone: str
    citizen: str
    case_number: str
    day: date
    lookups: tuple[Lookup, ...]
    named: bool
    everywhere: bool
    shared: bool
    data_protection: str


def lookups_content(
    file: CaseFile,
    municipality: Municipality,
    today: date,
    looks: Iterable[Look],
    *,
    named: bool = False,
    everywhere: bool = False,
    shared: bool = False,
) -> LookupsContent:
    """When and why the record was opened, the newest first. Names of staff only when `named` (Datatilsynet 2024-32-0283)."""
    file = both_told(file)
    met = {one.date for one in file.meetings if one.date}

    def same(look: Look) -> tuple[date, str, str, str]:
        return look.at.date(), look.name, look.role, look.action

    found = []
    for (day, name, role, action), group in groupby(sorted(looks, key=lambda one: (same(one), one.at)), same):
        several = list(group)
        what = _DONE.get(action, "Brugte din sag")
        by_itself = action == "hentet"  # nobody pressed anything: a desk was brought up to date
        why = _BY_ITSELF if by_itself else _MET if day in met and role in _AT_TABLE else _WHY.get(role, _WHY[""])
        time = f"{several[0].at:%H.%M}"
        found.append(Lookup(day, time, what, len(several), why, (name or "En, der ikke er her mere") if named else ""))
    found.sort(key=lambda one: (one.day, one.time, one.what, one.why, one.name), reverse=True)
    return LookupsContent(
        author=author_of(municipality),
        phone=municipality.phone.strip(),
        citizen=file.citizen.name,
        case_number=file.case.goes_by,
        day=today,
        lookups=tuple(found),
        named=named,
        everywhere=everywhere,
        shared=shared,
        data_protection=municipality.data_protection.strip(),
    )


_DONE: Mapping[str, str] = {
    "åbnet": "Åbnede din sag",
    "nyt læst": "Læste nyt i din sag, som stod åben",
    "cpr vist": "Så dit CPR-nummer",
    "udskrevet": "Printede eller gav et papir",
    "papir åbnet": "Læste et papir, du har fået",
    "papir": "Læste et papir, du har fået",
    "historik": "Læste, hvad der er skrevet hvornår",
    "opslag": "Så, hvem der har åbnet din sag",
    "hentet": "Fik din sag ned på sin computer",
    "taget ud": "Tog din sag ud som en fil",
    "delt med rådgiver": "Delte en del af din sag med en rådgiver",
    "afvist": "Ville læse eller skrive noget og fik nej",
}
_WHY: Mapping[str, str] = {
    "bestiller": "Bestiller: skal svare på din sag og følge den",
    "vejleder": "Vejleder: er med til at lave og følge din plan",
    "leder": "Leder: har ansvar for arbejdet i teamet",
    "rådgiver": "Rådgiver: er spurgt om råd, fordi du har sagt ja",
    "": "Medarbejder i kommunen: har arbejdet med din sag",
}
_BY_ITSELF = "Kommunens program, da sagen blev delt mellem computere"
_AT_TABLE = ("bestiller", "vejleder")
_MET = "Til mødet med dig"


# -- a sheet to write on


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What stands on the meeting sheet before anybody has written on it; everything "" on a wholly blank one."""

    author: str
    phone: str
    citizen: str
    case_number: str
    day: date | None
    place: str
    present: tuple[str, ...]
    contacts: tuple[Contact, ...]


def sheet_content(
    file: CaseFile | None, municipality: Municipality, staff: Mapping[str, str] | None = None
) -> SheetContent:
    """The sheet for a citizen whose record is open, or with no name on it."""
    author, phone = author_of(municipality), municipality.phone.strip()
    if file is None:
        return SheetContent(author, phone, "", "", None, "", (), (the_unit(municipality),))
    keep, file = discretion_of(file, staff or {}), both_told(file)
    return SheetContent(
        author=author,
        phone=phone,
        citizen=file.citizen.name,
        case_number=file.case.goes_by,
        day=file.meeting.date if file.meeting else None,
        place=place_of(file, keep),
        present=tuple(present_at(file, keep)),
        contacts=contacts_of(file, municipality, staff or {}),
    )


# -- the catalogue


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What the municipality can offer, as a citizen reads it."""

    name: str
    services: str
    standard: str
    law: str


@dataclass(frozen=True, slots=True)
class CatalogueContent:
    """Everything the citizens' catalogue says: what is open to all, what is for a time, what is ordinary (F1, F3)."""

    author: str
    phone: str
    day: date
    version: int
    open_to_all: tuple[CatalogueEntry, ...]
    for_a_time: tuple[CatalogueEntry, ...]
    ordinary: tuple[CatalogueEntry, ...]


def catalogue_content(offers: Sequence[Offer], municipality: Municipality, today: date) -> CatalogueContent:
    """The catalogue in force on `today`. `offers`: every version of every entry.

    The version is how many days something in it has changed, so that it is the same on every desk.
    """
    changed = {day for one in offers for day in (one.published_on, one.withdrawn_on) if day and day <= today}
    newest: dict[str, Offer] = {}
    for one in sorted(offers, key=lambda one: one.version):
        if one.published_on and one.published_on <= today:
            newest[one.key] = one
    shown = [one for one in newest.values() if not (one.withdrawn_on and one.withdrawn_on <= today)]
    shown.sort(key=lambda one: sort_key(one.name))

    def of(kind: OfferKind) -> tuple[CatalogueEntry, ...]:
        return tuple(
            CatalogueEntry(one.name.strip(), one.services.strip(), one.standard.strip(), one.legal_ground.strip())
            for one in shown
            if one.type == kind
        )

    return CatalogueContent(
        author=author_of(municipality),
        phone=municipality.phone.strip(),
        day=max(changed, default=today),
        version=max(1, len(changed)),
        open_to_all=of(OfferKind.OPEN),
        for_a_time=of(OfferKind.TEMPORARY),
        ordinary=of(OfferKind.ORDINARY),
    )
