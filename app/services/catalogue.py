# SPDX-License-Identifier: MPL-2.0
"""The ydelses- og kvalitetskatalog: versions of offers, each a frame with lovgrundlag, ydelser and standard (F1, F2).

An entry is never changed: a new version is published, and old decisions keep theirs. What is typed for a version not yet
published is kept as typed. Called by the catalogue screen and by the practice set-up; choosing an entry is in `offers.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.domain.errors import UserError
from app.domain.names import fold, sort_key
from app.domain.resources import resource_path
from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.choices import OfferKind, Paragraph
from app.models.kinds import MUNICIPALITY, Offer
from app.services.desk import Desk
from app.services.edit import ACCEPTED, UNFINISHED, Written
from app.store import listing, queries
from app.store.unit_of_work import Step, new_id

FORM = "katalog"
"""Stands for the case while a version is typed and not published."""
NEW = "nyt tilbud"
"""The key of an entry that has none yet."""
FIELDS = ("name", "type", "paragraph", "legal_ground", "services", "standard", "area", "need", "service", "provider")

_NEEDED = {
    "name": "et navn",
    "legal_ground": "et lovgrundlag",
    "services": "ydelser",
    "standard": "en kvalitetsstandard",
}
_TEMPORARY = (Paragraph.P82A.value, Paragraph.P82B.value)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is worked on: the version in force (None: never published), and what has been typed since."""

    key: str
    offer: Offer | None
    typed: dict[str, str]

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, str(getattr(self.offer, name)) if self.offer else "")


def load_defaults(desk: Desk, hand: Hand) -> int:
    """Publish the catalogue that comes with the program, where there is none yet; how many entries were new."""
    desk.require(hand, Act.CATALOGUE)
    known = {offer.key for offer in queries.offers(desk.replica)}
    raw = json.loads(resource_path("catalogue.json").read_text(encoding="utf-8"))
    fresh = [entry for entry in raw["offers"] if entry["key"] not in known]
    if fresh:
        with desk.step(hand, MUNICIPALITY, "Læs kataloget ind") as work:
            for entry in fresh:
                offer = Offer(id=new_id(), case_id=MUNICIPALITY, version=1, published_on=desk.today(), **entry)
                _check(offer)
                work.create(offer)
    return len(fresh)


def entries(desk: Desk) -> tuple[Entry, ...]:
    """The whole catalogue by name, with what is typed and not published; a new entry that is begun on comes last."""
    kept: dict[str, dict[str, str]] = {}
    for (form, name), text in listing.typed(desk.replica, FORM).items():
        kept.setdefault(form, {})[name] = text
    in_force = sorted(queries.offers(desk.replica), key=lambda offer: sort_key(offer.name))
    found = [Entry(offer.key, offer, kept.pop(offer.key, {})) for offer in in_force]
    return (*found, *(Entry(NEW, None, typed) for key, typed in kept.items() if key == NEW))


def keep_typed(desk: Desk, hand: Hand, key: str, name: str, text: str, step: Step, *, final: bool = True) -> Written:
    """Keep what is typed for the next version of an entry. What the version in force says needs no keeping."""
    desk.require(hand, Act.CATALOGUE)
    offer = next((o for o in queries.offers(desk.replica) if o.key == key), None)
    with desk.step(hand, FORM, step) as work:
        if text == (str(getattr(offer, name)) if offer else ""):
            work.drop_draft("offer", key, name)
        else:
            work.keep_draft("offer", key, name, text, UNFINISHED)
    return ACCEPTED


def drop_typed(desk: Desk, hand: Hand, key: str) -> None:
    """Let the version in force stand as it is."""
    desk.require(hand, Act.CATALOGUE)
    with desk.step(hand, FORM, "Begynd forfra") as work:
        for name in FIELDS:
            work.drop_draft("offer", key, name)


def withdraw(desk: Desk, hand: Hand, key: str) -> None:
    """The entry is not offered from today on. It stays in the catalogue, and cases keep the version they had (F2)."""
    _set_withdrawn(desk, hand, key, desk.today(), "Lad tilbuddet udgå")


def offer_again(desk: Desk, hand: Hand, key: str) -> None:
    """A withdrawn entry can be chosen again, as it was."""
    _set_withdrawn(desk, hand, key, None, "Tilbyd igen")


def _set_withdrawn(desk: Desk, hand: Hand, key: str, day: date | None, name: str) -> None:
    desk.require(hand, Act.CATALOGUE)
    offer = next((o for o in queries.offers(desk.replica) if o.key == key), None)
    if offer is None:
        raise UserError("Tilbuddet er ikke udgivet endnu.")
    if offer.withdrawn_on != day and (offer.withdrawn_on is None or day is None):
        with desk.step(hand, MUNICIPALITY, name) as work:
            work.write("offer", offer.id, {"withdrawn_on": day})


def publish_typed(desk: Desk, hand: Hand, key: str, values: dict[str, str]) -> Offer:
    """Publish what stands in an entry's fields as its next version, or as a new entry. Raises UserError naming the field."""
    given: dict[str, Any] = {name: " ".join(values[name].split()) for name in ("name", "area", "need")}
    given |= {name: values[name].strip() for name in ("type", "paragraph", "legal_ground", "services", "standard")}
    given |= {name: values.get(name, "").strip() for name in ("service", "provider")}
    return publish(desk, hand, Offer(id="", case_id=MUNICIPALITY, key="" if key == NEW else key, **given))


def publish(desk: Desk, hand: Hand, draft: Offer) -> Offer:
    """Publish a new version of an entry, or a new entry (`draft.key` ""). Refused where one of the three is missing (F2)."""
    desk.require(hand, Act.CATALOGUE)
    _check(draft)
    in_force = queries.offers(desk.replica)
    twin = next((o for o in in_force if o.key != draft.key and fold(o.name) == fold(draft.name)), None)
    if twin is not None:
        raise UserError(f"Der er allerede et tilbud, der hedder {twin.name}. Giv dette et andet navn.", "name")
    before = next((o for o in in_force if o.key == draft.key), None)
    if before is not None and all(getattr(before, name) == getattr(draft, name) for name in FIELDS):
        raise UserError(f"Der er ikke ændret noget siden version {before.version}.")
    offer = replace(
        draft,
        id=new_id(),
        case_id=MUNICIPALITY,
        key=draft.key or new_id(),
        version=before.version + 1 if before else 1,
        published_on=desk.today(),
        withdrawn_on=None,
        removed=False,
    )
    with desk.step(hand, MUNICIPALITY, "Udgiv i kataloget") as work:
        work.create(offer)
        for name in FIELDS:
            work.drop_draft("offer", draft.key or NEW, name)
    return offer


def _check(offer: Offer) -> None:
    missing = [name for name in _NEEDED if not str(getattr(offer, name)).strip()]
    if missing:
        words = [_NEEDED[name] for name in missing]
        listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} og {words[-1]}"
        raise UserError(f"Kan ikke udgives: der mangler {listed}.", missing[0])
    if offer.type not in set(OfferKind):
        raise UserError("Vælg, om tilbuddet er åbent, tidsbegrænset eller almindeligt.", "type")
    temporary = offer.paragraph in _TEMPORARY
    if offer.type == OfferKind.TEMPORARY and not temporary:
        raise UserError("Et tidsbegrænset tilbud gives efter § 82 a eller § 82 b.", "paragraph")
    if offer.type == OfferKind.OPEN and offer.paragraph != Paragraph.OPEN:
        raise UserError("Et åbent tilbud kræver ingen afgørelse: vælg »åbent«.", "paragraph")
    if offer.type == OfferKind.ORDINARY and (temporary or offer.paragraph in ("", Paragraph.OPEN)):
        raise UserError("Skriv den paragraf, tilbuddet gives efter, for eksempel 85.", "paragraph")
