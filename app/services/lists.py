# SPDX-License-Identifier: MPL-2.0
"""Lists on the record: add, remove and move a goal, a milestone, an action, a support, a next step … (B4, B6, B9).

Each is one named step. Whose pen adds or removes what is said where the kind is declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.errors import UserError
from app.domain.roles import Hand
from app.models.fields import Value
from app.models.kinds import KINDS
from app.services.desk import Desk
from app.store.laying import NOT_SAID, OnScreen
from app.store.unit_of_work import new_id

NAMES: dict[str, str] = {
    "tried": "det, der er prøvet",
    "participant": "deltager",
    "consent": "samtykke",
    "network_person": "person i netværket",
    "ffb_group": "målgruppe",
    "goal": "mål",
    "milestone": "delmål",
    "action": "handling",
    "support": "støtte",
    "question": "spørgsmål",
    "revisit_request": "ønske om revisitation",
    "advice": "råd",
    "advice_request": "spørgsmål til en rådgiver",
    "coordinator": "koordinator",
    "bridge": "vej videre",
    "next_step": "næste skridt",
    "follow_up": "dag vi mødes igen",
    "referral": "henvisning",
    "task": "opgave",
}
THE: dict[str, str] = {
    "participant": "deltageren",
    "consent": "samtykket",
    "network_person": "personen",
    "ffb_group": "målgruppen",
    "goal": "målet",
    "milestone": "delmålet",
    "action": "handlingen",
    "support": "støtten",
    "question": "spørgsmålet",
    "revisit_request": "ønsket",
    "advice": "rådet",
    "advice_request": "spørgsmålet",
    "bridge": "vejen videre",
    "next_step": "skridtet",
    "follow_up": "dagen",
    "referral": "henvisningen",
    "task": "opgaven",
}
"""The same, as one speaks of the very one."""
PARENTS: dict[str, str] = {
    "tried": "referral_id",
    "participant": "meeting_id",
    "milestone": "goal_id",
    "action": "goal_id",
}


def add(
    desk: Desk, hand: Hand, case_id: str, kind: str, values: Mapping[str, Value] | None = None, parent_id: str = ""
) -> str:
    """Add a record last in its list; its id comes back. `parent_id` is the goal, meeting or referral it hangs on."""
    _check_coordinator(kind)
    record_id = new_id()
    with desk.step(hand, case_id, f"Tilføj {NAMES[kind]}") as work:
        given: dict[str, Any] = dict(values or {})
        parent = PARENTS.get(kind)
        if parent is not None:
            given[parent] = parent_id
        if "position" in KINDS[kind].__dataclass_fields__:
            given["position"] = work.next_position(kind, (parent, parent_id) if parent else None)
        work.create(KINDS[kind](id=record_id, case_id=case_id, **given))
    return record_id


def remove(desk: Desk, hand: Hand, case_id: str, kind: str, record_id: str, on_screen: OnScreen = NOT_SAID) -> None:
    """Take a record off the table. Undo puts it back; the log keeps it. `on_screen`: the changes each field showed, so that
    words which came in behind one are not taken away unread, but stand against it."""
    _check_coordinator(kind)
    with desk.step(hand, case_id, f"Fjern {NAMES[kind]}") as work:
        work.remove(kind, record_id, on_screen)


def move(desk: Desk, hand: Hand, case_id: str, kind: str, record_id: str, by: int) -> None:
    """Move a record up (-1) or down (1) in its list; at the end of the list nothing happens."""
    with desk.step(hand, case_id, f"Flyt {NAMES[kind]}") as work:
        ids = [i for i, _ in work.siblings(kind, record_id, PARENTS.get(kind))]
        before = dict(work.siblings(kind, record_id, PARENTS.get(kind)))
        place = ids.index(record_id)
        if not 0 <= place + by < len(ids):
            return
        ids.insert(place + by, ids.pop(place))
        for position, sibling in enumerate(ids):
            if before[sibling] != position:
                work.write(kind, sibling, {"position": position})


def _check_coordinator(kind: str) -> None:
    """A coordinator is appointed (`cases.appoint_coordinator`): never two at once, and a complex case never without (H2)."""
    if kind == "coordinator":
        raise UserError("Skriv, hvem der koordinerer nu. Den forrige bliver stående med sin dato.", "coordinator.name")
