# SPDX-License-Identifier: MPL-2.0
"""Settling what several people wrote apart: this, that, both, or a new text (promise 4).

Called by the conversation at a field, by signing and by printing. Settling is one more change, over all that the person had
before them; whose pen the field is says who may. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.domain.rights import Act, may_write
from app.domain.roles import Hand
from app.domain.writing import require_lengths
from app.models.casefile import CaseFile, Said, Talk
from app.models.fields import Value, fields_of
from app.models.kinds import KINDS, PARAGRAPHS_OF
from app.services.desk import Desk
from app.services.lists import NAMES
from app.store import queries
from app.store.conversations import talks

DECIDED: Mapping[str, frozenset[str]] = {
    "citizen": frozenset({"name"}),
    "story": frozenset({"think", "want", "read_back"}),
    "plan": frozenset({"purpose", "provisional_until"}),
    "goal": frozenset({"removed", "words", "goal", "done_when", "now_citizen", "hoped"}),
    "milestone": frozenset({"removed", "text"}),
    "action": frozenset({"removed", "owner", "who", "what", "by"}),
    "answer": frozenset({"target_group", "reason", "considerations", "facts", "hearing", "until", "weighing"}),
    "support": frozenset({"removed", "paragraph", "offer", "start", "frame"}),
    "bridge": frozenset({"removed", "text"}),
    "next_step": frozenset({"removed", "who", "what", "by"}),
    "follow_up": frozenset({"removed", "date"}),
}
"""What a signature copies (see `decide.decided_content`); a period goes by its first field."""


def settle(
    desk: Desk,
    hand: Hand,
    case_id: str,
    kind: str,
    record_id: str,
    values: Mapping[str, Value],
    seen: Collection[str] | None = None,
) -> None:
    """Write what people agreed on over all that stood, in one step. `seen`: the changes they had before them, so that one that
    comes in at the very moment is not written over; None is all that stands now. Raises UserError when the pen is another's.

    A record one took away and another wrote on is settled on `removed`: True or False.
    """
    desk.require(hand, Act.SETTLE, case_id)
    require_lengths(values)
    with desk.step(hand, case_id, "Afklar") as work:
        work.write(kind, record_id, values, seen)


def keep(desk: Desk, hand: Hand, case_id: str, talk: Talk, kept: Said) -> None:
    """Let what one of them wrote be what stands. `talk` is what the person had before them.

    One's own words are kept as they are by now, though some letters were written after the screen last showed them.
    """
    seen = {said.change_id for said in talk.said}
    if kept.hand.person_id == hand.person_id and kept.hand.role is hand.role:
        kept = _by_now(desk, case_id, talk, kept)
    if talk.fields == ("removed",):
        settle(desk, hand, case_id, talk.kind, talk.record_id, {"removed": kept.values.get("removed") is True}, seen)
        return
    settle(desk, hand, case_id, talk.kind, talk.record_id, {n: kept.values.get(n) for n in talk.fields}, seen)


def _by_now(desk: Desk, case_id: str, talk: Talk, kept: Said) -> Said:
    found = talks(desk.replica.connection, case_id, [(talk.kind, talk.record_id)])
    said = [s for t in found if t.fields == talk.fields for s in t.said]
    if any(s.change_id == kept.change_id for s in said):
        return kept
    return next((s for s in reversed(said) if s.hand == kept.hand), kept)


def to_settle(file: CaseFile) -> tuple[Talk, ...]:
    """The conversations on what a decision copies: they are settled before anybody signs.

    Of the municipality's settings it copies the paragraphs of such an answer.
    """
    rests_on = PARAGRAPHS_OF.get(file.answer.target_group)
    own = (talk for talk in file.own_apart if talk.fields[0] == rests_on)
    return (*(talk for talk in file.conversations if talk.fields[0] in DECIDED.get(talk.kind, ())), *own)


def still_apart(talk: Talk) -> str:
    """What the quiet line says of one of them."""
    thing = NAMES.get(talk.kind, "") if talk.fields == ("removed",) else ""
    where = " i indstillingerne" if talk.kind == "municipality" else ""
    return f"afklaring af »{f'{thing[:1].upper()}{thing[1:]}' if thing else talk.label}«{where}"


def write_joins(desk: Desk, hand: Hand, file: CaseFile) -> CaseFile:
    """Write what a machine has joined as this person's own words, where it is theirs to write; the case as it is then.

    What is another's pen is left as it is: it is joined the same on every desk.
    """
    mine = [t for t in file.joins if _is_theirs(hand, t)]
    if not mine:
        return file
    with desk.step(hand, file.case.id, "Saml to tekster") as work:
        for talk in mine:
            work.write(talk.kind, talk.record_id, {talk.fields[0]: talk.joined}, [s.change_id for s in talk.said])
    return queries.case_file(desk.replica, file.case.id)


def _is_theirs(hand: Hand, talk: Talk) -> bool:
    return may_write(hand.role, fields_of(KINDS[talk.kind])[talk.fields[0]].pen, talk.kind)
