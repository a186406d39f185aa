# SPDX-License-Identifier: MPL-2.0
"""The kinds of record that are the municipality's own and no case's: the catalogue, its settings, who may grant what.

Declared as in `kinds.py`, which has them among all others; everybody asks there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.terms import TermList
from app.models.choices import TargetGroup
from app.models.fields import Careful, Lies, Merge, field
from app.models.record import CITIZEN, EITHER, INTERNAL, NAMES, NO_WORDS, PROGRAM, Record

MUNICIPALITY = "00000000-0000-0000-0000-000000000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Record):
    """One version of an entry in the ydelses- og kvalitetskatalog; `key` ties its versions together (F1, F2).

    Belongs to the municipality, not to a case: its `case_id` is `MUNICIPALITY`.
    """

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    key: str = field("Nøgle", EITHER, CITIZEN, merge=Merge.ONCE)
    version: int = field("Version", EITHER, CITIZEN, 1, merge=Merge.ONCE)
    type: str = field("Slags", EITHER, CITIZEN, merge=Merge.ONCE)
    paragraph: str = field("Grundlag", EITHER, CITIZEN, merge=Merge.ONCE)
    name: str = field("Navn", EITHER, CITIZEN, merge=Merge.ONCE)
    legal_ground: str = field("Lovgrundlag", EITHER, CITIZEN, merge=Merge.ONCE)
    services: str = field("Ydelser", EITHER, CITIZEN, merge=Merge.ONCE)
    standard: str = field("Kvalitetsstandard", EITHER, CITIZEN, merge=Merge.ONCE)
    area: str = field("Område", EITHER, INTERNAL, merge=Merge.ONCE)
    need: str = field("Behov", EITHER, INTERNAL, merge=Merge.ONCE)
    service: str = field("Ydelse (FFB)", EITHER, INTERNAL, merge=Merge.ONCE, values=TermList.SERVICE)
    provider: str = field("Tilbudstype (FFB)", EITHER, INTERNAL, merge=Merge.ONCE, values=TermList.PROVIDER)
    published_on: date | None = field("Gælder fra", EITHER, CITIZEN, None, merge=Merge.ONCE, lies=Lies.EITHER)
    withdrawn_on: date | None = field("Udgået fra", EITHER, CITIZEN, None, lies=Lies.EITHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality(Record):
    """The municipality's own settings: what the papers' head, foot and clauses say. One, with id `MUNICIPALITY`."""

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    name: str = field("Kommune", EITHER, CITIZEN, wording=NO_WORDS)
    unit: str = field("Afdeling", EITHER, CITIZEN, wording=NAMES)
    address: str = field("Adresse", EITHER, CITIZEN, wording=NO_WORDS)
    phone: str = field("Telefon", EITHER, CITIZEN, wording=NO_WORDS)
    logo: str = field("Logo (PNG som base64)", EITHER, CITIZEN)
    data_protection: str = field("Databeskyttelsesrådgiver", EITHER, CITIZEN, wording=NAMES)
    privacy: str = field("Sådan bruger vi dine oplysninger", EITHER, CITIZEN)
    clause_82a: str = field("Klagevejledning § 82 a", EITHER, CITIZEN)
    clause_82b: str = field("Klagevejledning § 82 b", EITHER, CITIZEN)
    clause_85: str = field("Klagevejledning § 85", EITHER, CITIZEN)
    appealable_82a: bool = field("§ 82 a kan påklages", EITHER, CITIZEN, False, careful=Careful.YES)
    appealable_82b: bool = field("§ 82 b kan påklages", EITHER, CITIZEN, False, careful=Careful.YES)
    appealable_85: bool = field("§ 85 kan påklages", EITHER, CITIZEN, True, careful=Careful.YES)
    paragraphs_no: str = field("Paragraf ved nej", EITHER, CITIZEN, "82a,82b")
    paragraphs_later: str = field("Paragraf ved udskudt svar", EITHER, CITIZEN, "82a,82b")
    paragraphs_direct: str = field("Paragraf ved direkte § 85", EITHER, CITIZEN, "85")
    clauses_confirmed: bool = field(
        "Klagevejledningen er godkendt af kommunen", EITHER, INTERNAL, False, careful=Careful.NO
    )
    closed_days_extra: bool = field("5. juni, 24. og 31. december tæller som lukkedage", EITHER, INTERNAL, True)
    reporting: bool = field("Sager kan indberettes som FHIR", EITHER, INTERNAL, False, careful=Careful.NO)
    organisation_system: str = field(
        "Adresse på organisationens nummersystem",
        EITHER,
        INTERNAL,
        "https://www.kombit.dk/organisation",
        wording=NO_WORDS,
    )
    organisation_id: str = field("Kommunens id i KOMBITs organisation", EITHER, INTERNAL, wording=NO_WORDS)
    clipboard_order: str = field("Rækkefølge i fagsystemet", EITHER, INTERNAL)
    plain_words: str = field("Kancelliord og almindelige ord", EITHER, INTERNAL, wording=NO_WORDS)
    lock_minutes: int | None = field("Lås skærmen efter (minutter)", EITHER, INTERNAL, 10, careful=Careful.LEAST)


PARAGRAPHS_OF: Mapping[str, str] = {
    TargetGroup.NO: "paragraphs_no",
    TargetGroup.LATER: "paragraphs_later",
    TargetGroup.DIRECT_85: "paragraphs_direct",
}
"""The setting an answer with no support takes its paragraphs from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence(Record):
    """What one bestiller may grant on one paragraph (C2); where there is none, everything. Its `case_id` is `MUNICIPALITY`.

    `most_weeks`: the longest period in whole weeks, None is any.
    """

    removed: bool = field("Fjernet", PROGRAM, INTERNAL, False)
    person_id: str = field("Hvis", EITHER, INTERNAL, merge=Merge.ONCE)
    person_name: str = field("Hvem", EITHER, INTERNAL, merge=Merge.ONCE, wording=NO_WORDS)
    paragraph: str = field("Grundlag", EITHER, INTERNAL, merge=Merge.ONCE)
    grants: bool = field("Må bevilge", EITHER, INTERNAL, True, careful=Careful.NO)
    most_weeks: int | None = field("Højst (uger)", EITHER, INTERNAL, None, careful=Careful.LEAST)
