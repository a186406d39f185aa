# SPDX-License-Identifier: MPL-2.0
"""The ydelses- og kvalitetskatalog: versions of offers, each a frame with lovgrundlag, ydelser and standard (F1, F2).

An entry is never changed: a new version is published, and old decisions keep theirs. Called by the catalogue screen, by
the answer's offers and by the practice set-up.
"""

from __future__ import annotations

import json
from dataclasses import replace

from app.domain.errors import UserError
from app.domain.resources import resource_path
from app.domain.roles import Hand
from app.models.kinds import MUNICIPALITY, Offer
from app.services.desk import Desk
from app.store import queries
from app.store.unit_of_work import new_id

_NEEDED = {
    "name": "et navn",
    "legal_ground": "et lovgrundlag",
    "services": "ydelser",
    "standard": "en kvalitetsstandard",
}


def load_defaults(desk: Desk, hand: Hand) -> int:
    """Publish the catalogue that comes with the program, where there is none yet; how many entries were new."""
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


def publish(desk: Desk, hand: Hand, draft: Offer) -> Offer:
    """Publish a new version of an entry, or a new entry (`draft.key` ""). Refused where one of the three is missing (F2)."""
    _check(draft)
    key = draft.key or new_id()
    newest = max((o.version for o in queries.offers(desk.replica) if o.key == key), default=0)
    offer = replace(
        draft, id=new_id(), case_id=MUNICIPALITY, key=key, version=newest + 1, published_on=desk.today(), removed=False
    )
    with desk.step(hand, MUNICIPALITY, "Udgiv i kataloget") as work:
        work.create(offer)
    return offer


def _check(offer: Offer) -> None:
    missing = [words for name, words in _NEEDED.items() if not str(getattr(offer, name)).strip()]
    if missing:
        raise UserError(f"Kan ikke udgives: der mangler {' og '.join(missing)}.", "offer")
