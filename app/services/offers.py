# SPDX-License-Identifier: MPL-2.0
"""The catalogue at the table: what can be offered, and what a support takes from the entry it names (rows D6, F1, F2).

Called on the database lane by the answer's support. What the bestiller has written stays theirs: an entry fills what is
empty or came from the entry before it, and nothing else. Publishing entries is in `catalogue.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.roles import Hand
from app.models.choices import Paragraph
from app.models.fields import Value
from app.models.kinds import Offer, Support
from app.services.desk import Desk
from app.services.edit import judge_end, judge_ground
from app.store import queries


def offered(desk: Desk) -> tuple[Offer, ...]:
    """What can be offered today, by name: the newest version of each entry that has not been withdrawn."""
    return tuple(one for one in queries.offers(desk.replica) if not withdrawn(one, desk.today()))


def withdrawn(offer: Offer, today: date) -> bool:
    """Whether an entry is no longer offered. A support that was given with it keeps it, and the version it had."""
    return offer.withdrawn_on is not None and offer.withdrawn_on <= today


def entry(desk: Desk, offer_id: str) -> Offer | None:
    """One version of an entry, also one that is no longer in force: a support keeps the version it was given with."""
    return queries.offer(desk.replica, offer_id)


def choose_offer(desk: Desk, hand: Hand, case_id: str, support_id: str, offer_id: str) -> None:
    """Let a support be an entry of the catalogue: its name, paragraph and need are filled in. One step to undo.

    With `offer_id` "" the support is no entry any more: what it is called stays, and what came with the entry goes.
    """
    support = _support(desk, case_id, support_id)
    if support is None:
        return
    before = queries.offer(desk.replica, support.offer_id) if support.offer_id else None
    chosen = queries.offer(desk.replica, offer_id) if offer_id else None
    changed = _taken_from(chosen, before, support)
    if not changed:
        return
    with desk.step(hand, case_id, "Vælg tilbud") as work:
        work.write("support", support_id, changed)
        if "paragraph" in changed:
            judge_end(work, desk.today(), support_id)
        elif "offer_id" in changed:
            judge_ground(work, desk.today(), support_id)


def settle_offer(desk: Desk, hand: Hand, case_id: str, support_id: str) -> None:
    """What a support is called has been typed: is it an entry of the catalogue now, or none any more?"""
    support = _support(desk, case_id, support_id)
    if support is None:
        return
    named = _named(offered(desk), support.offer)
    now = queries.offer(desk.replica, support.offer_id) if support.offer_id else None
    if now is not None and _words(now.name) == _words(support.offer):
        return
    if named is not None or now is not None:
        choose_offer(desk, hand, case_id, support_id, named.id if named else "")


def filled_in(desk: Desk, support: Support) -> Support:
    """A row that is new, with what the entry of the catalogue it is called after gives it; as it is, where there is none."""
    taken: dict[str, Any] = dict(_taken_from(_named(offered(desk), support.offer), None, support))
    return replace(support, **taken)


# -- inside


def _taken_from(chosen: Offer | None, before: Offer | None, support: Support) -> dict[str, Value]:
    """What an entry changes on a support that was another before: what is empty, or came from that other."""
    values: dict[str, Value] = {"offer_id": chosen.id if chosen else ""}
    if not support.need.strip() or (before is not None and support.need == before.need):
        values["need"] = chosen.need if chosen else ""
    if chosen is not None:
        if _words(support.offer) != _words(chosen.name):  # typed out, it stays as it was typed
            values["offer"] = chosen.name
        filled = not support.paragraph or (before is not None and support.paragraph == before.paragraph)
        if filled and chosen.paragraph in set(Paragraph):
            values["paragraph"] = chosen.paragraph
    return {name: value for name, value in values.items() if getattr(support, name) != value}


def _named(offers: tuple[Offer, ...], text: str) -> Offer | None:
    """The entry that is called just this, whatever the case of its letters: a word more and it is something else."""
    said = _words(text)
    return next((o for o in offers if _words(o.name) == said), None) if said else None


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _support(desk: Desk, case_id: str, support_id: str) -> Support | None:
    """The support, unless it has been taken off the table meanwhile."""
    file = queries.case_file(desk.replica, case_id)
    return next((s for s in file.support if s.id == support_id), None)
