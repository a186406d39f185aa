# SPDX-License-Identifier: MPL-2.0
"""What stands and what becomes of it (design § 4). The histories of several desks are in `test_merge_histories`."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge import (
    Conversation,
    Entry,
    Joined,
    Json,
    Merge,
    Settled,
    bases_for,
    known_to_removal,
    missing,
    outcome,
    outcome_group,
    over_through,
    removal_disputed,
    standing_after,
)

BODIL, VAGN = "bodil", "vagn"


def entry(change_id: str, value: Json = "", author: str = BODIL, bases: tuple[str, ...] = ()) -> Entry:
    role = "bestiller" if author == BODIL else "vejleder"
    return Entry(change_id, author, author.title(), role, "2026-11-26T10:14:00.000", value, bases)


def ids(entries: tuple[Entry, ...]) -> str:
    return " ".join(e.change_id for e in entries)


# -------------------------------------------------------------------------------------------------- what stands


def test_a_change_takes_the_place_of_what_it_was_written_over_and_of_nothing_else() -> None:
    standing = (entry("1"), entry("2"), entry("4"))
    assert ids(standing_after(standing, entry("3"), ["1", "9"], {})) == "2 3 4"


def test_what_stands_already_is_not_put_in_twice() -> None:
    standing = standing_after((entry("1"),), entry("2"), ["1"], {})
    assert standing_after(standing, entry("2"), ["1"], {}) == standing == (entry("2"),)


def test_over_is_read_through_refused_ones_all_the_way_down() -> None:
    refused = {"3": ["2"], "2": ["1", "0"], "8": ["7"]}
    assert over_through(["3"], refused) == {"3", "2", "1", "0"}
    assert ids(standing_after((entry("0"), entry("1"), entry("7")), entry("4"), ["3"], refused)) == "4 7"


def test_refused_changes_that_name_each_other_keep_nobody_going_round() -> None:
    assert over_through(["1"], {"1": ["2"], "2": ["1"]}) == {"1", "2"}


def test_what_must_come_first() -> None:
    assert missing(["1", "2"], {"1"}) == {"2"}
    assert missing([], {"1"}) == frozenset()


# -------------------------------------------------------------------------------------------------------- bases


def test_the_first_words_in_a_field_are_joined_from_what_was_shown() -> None:
    assert bases_for((), BODIL, lambda _: True, "") == ("",)


def test_over_somebody_elses_words_the_base_is_their_text() -> None:
    assert bases_for((entry("1", "Hun vil.", VAGN, ("", "Hun.")),), BODIL, lambda _: True, "vist") == ("Hun vil.",)


def test_a_chain_of_saves_keeps_where_it_began_and_the_last_text_others_may_have_seen() -> None:
    sent: set[str] = set()
    shared = sent.__contains__
    standing = (entry("1", "A.", VAGN, ("",)),)
    seen = []
    for change_id, text, goes_out in [
        ("2", "A. B.", False),
        ("3", "A. B. C.", True),
        ("4", "A. D.", False),
        ("5", "E.", False),
    ]:
        bases = bases_for(standing, BODIL, shared, "vist")
        seen.append(bases)
        standing = standing_after(standing, entry(change_id, text, BODIL, bases), [standing[0].change_id], {})
        if goes_out:
            sent.add(change_id)
    assert seen == [("A.",), ("A.",), ("A.", "A. B. C."), ("A.", "A. B. C.")]


def test_over_several_the_base_is_the_text_that_was_shown() -> None:
    assert bases_for((entry("1", "A."), entry("2", "B.", VAGN)), BODIL, lambda _: True, "A. B.") == ("A. B.",)


def test_one_s_own_words_from_before_bases_were_kept() -> None:
    assert bases_for((entry("1", "A."),), BODIL, lambda _: False, "vist") == ("A.",)


# ------------------------------------------------------------------------------------------------------ outcome

GROUND = "Nancy går til banko. Hun laver selv mad. Hun vil med bussen."


def hands(
    one: str, other: str, ones: tuple[str, ...] = (GROUND,), others: tuple[str, ...] = (GROUND,)
) -> tuple[Entry, ...]:
    return entry("1", one, BODIL, ones), entry("2", other, VAGN, others)


def test_one_change_is_settled_whatever_the_field() -> None:
    for policy in Merge:
        assert outcome(policy, [entry("1", 7)]) == Settled(7, entry("1", 7))


def test_nothing_standing_is_nothing_to_ask() -> None:
    with pytest.raises(ValueError, match="nothing stands"):
        outcome(Merge.ASK, [])
    with pytest.raises(ValueError, match="nothing stands"):
        outcome_group(Merge.ASK, {"start": (), "end": ()}, {"start": None, "end": None})


@pytest.mark.parametrize("value", ["Hun vil.", "", 3, True, None])
def test_the_same_twice_is_no_disagreement(value: Json) -> None:
    assert outcome(Merge.ASK, [entry("2", value, VAGN), entry("1", value)]) == Settled(value, entry("1", value))


def test_one_and_yes_are_not_the_same() -> None:
    assert isinstance(outcome(Merge.ASK, [entry("1", 1), entry("2", True, VAGN)]), Conversation)


def test_two_who_wrote_apart_talk_about_it() -> None:
    both = hands("Hun vil tage bussen.", "Hun vil køre i taxa.")
    assert outcome(Merge.ASK, both[::-1]) == Conversation(both)


def test_the_citizens_words_are_never_joined_by_machine() -> None:
    assert isinstance(outcome(Merge.ASK, hands("Ny. " + GROUND, GROUND + " Mere.")), Conversation)


def test_different_sentences_are_joined() -> None:
    both = hands(GROUND.replace("banko", "bingo"), GROUND + " Bussen går 10.15.")
    got = outcome(Merge.JOIN, both)
    assert got == Joined("Nancy går til bingo. Hun laver selv mad. Hun vil med bussen. Bussen går 10.15.", both)
    assert outcome(Merge.JOIN, both[::-1]) == got


def test_the_same_sentence_is_a_conversation() -> None:
    assert isinstance(
        outcome(Merge.JOIN, hands(GROUND.replace("banko", "x"), GROUND.replace("banko", "y"))), Conversation
    )


def test_no_base_in_common_no_join() -> None:
    for bases in ((), ("Andet.",)):
        assert isinstance(outcome(Merge.JOIN, hands("Ny. " + GROUND, GROUND + " Mere.", others=bases)), Conversation)


def test_the_newest_common_base_is_joined_from() -> None:
    later = GROUND + " Hun har rollator."
    both = hands("Ny. " + later, later + " Mere.", (GROUND, later), (GROUND, later))
    assert outcome(Merge.JOIN, both) == Joined(f"Ny. {later} Mere.", both)


def test_hands_that_do_not_agree_which_base_came_last_are_not_joined() -> None:
    both = hands("Ny. " + GROUND, GROUND + " Mere.", (GROUND, ""), ("", GROUND))
    assert isinstance(outcome(Merge.JOIN, both), Conversation)


def test_a_chain_of_saves_loses_none_of_its_first_words() -> None:
    """Joined from one's own last save, "Først." would look as though the other had taken it out."""
    shared: set[str] = set()
    standing = (entry("1", GROUND, VAGN),)
    for change_id, text in (("2", "Først. " + GROUND), ("3", "Først. " + GROUND.replace("banko", "bingo"))):
        bases = bases_for(standing, BODIL, shared.__contains__, "")
        standing = standing_after(standing, entry(change_id, text, BODIL, bases), [standing[0].change_id], {})
    theirs = entry("4", GROUND + " Sidst.", VAGN, (GROUND,))
    got = outcome(Merge.JOIN, (*standing, theirs))
    assert isinstance(got, Joined)
    assert got.value == "Først. " + GROUND.replace("banko", "bingo") + " Sidst."


def test_three_are_never_joined() -> None:
    three = (*hands("Ny. " + GROUND, GROUND + " Mere."), entry("3", GROUND.replace("mad", "kage"), "lis", (GROUND,)))
    assert outcome(Merge.JOIN, three) == Conversation(three)


@pytest.mark.parametrize("policy", [Merge.ORDER, Merge.ONCE])
def test_a_place_in_a_list_is_never_talked_about(policy: Merge) -> None:
    for some in itertools.permutations([entry("3", 0), entry("1", 2, VAGN), entry("2", 1)]):
        assert outcome(policy, some) == Settled(2, entry("1", 2, VAGN))


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from("12345"),
        st.sampled_from([GROUND, "Ny. " + GROUND, GROUND + " Mere.", "", None, 1, True]),
        st.sampled_from([BODIL, VAGN]),
        st.sampled_from([(), (GROUND,), ("",), (GROUND, ""), ("", GROUND)]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda e: e.change_id,
)


@given(st.sampled_from(Merge), ENTRIES)
def test_the_order_of_arrival_has_no_say(policy: Merge, entries: list[Entry]) -> None:
    assert outcome(policy, entries) == outcome(policy, entries[::-1]) == outcome(policy, entries * 2)


# ------------------------------------------------------------------------------------------------------- groups

EMPTY: dict[str, Json] = {"start": None, "end": None}


def test_a_period_is_one_value() -> None:
    one, other = ("2026-12-01", "2027-05-31"), ("2026-12-01", "2027-02-28")
    fields = {n: (entry("1", one[i]), entry("2", other[i], VAGN)) for i, n in enumerate(EMPTY)}
    got = outcome_group(Merge.ASK, fields, EMPTY)
    assert got == {"start": Conversation(fields["start"]), "end": Conversation(fields["end"])}


def test_the_same_period_twice_is_settled_by_one_hand() -> None:
    fields = {n: (entry("2", v, VAGN), entry("1", v)) for n, v in (("start", "2026-12-01"), ("end", "2027-05-31"))}
    assert outcome_group(Merge.ASK, fields, EMPTY) == {n: Settled(e[1].value, e[1]) for n, e in fields.items()}


def test_what_a_change_leaves_out_of_a_group_is_its_default() -> None:
    fields = {
        "start": (entry("1", "2026-12-01"), entry("2", "2026-12-01", VAGN)),
        "end": (entry("2", "2027-05-31", VAGN),),
    }
    got = outcome_group(Merge.ASK, fields, EMPTY)
    assert got["end"] == Conversation((entry("1", None), entry("2", "2027-05-31", VAGN)))
    assert got["start"] == Conversation(fields["start"])


# ----------------------------------------------------------------------------------------------------- removals

POLICY = {"goal": Merge.JOIN, "words": Merge.ASK, "position": Merge.ORDER}


def removal(
    fields: dict[str, tuple[Entry, ...]], change_id: str = "r", unsent: dict[str, list[str]] | None = None
) -> Entry:
    return entry(change_id, True, VAGN, known_to_removal(fields, unsent or {}))


def test_a_removal_by_one_who_knew_every_word_is_a_removal() -> None:
    fields = {"goal": (entry("1", "Bus"),), "words": (entry("2", "Jeg vil"), entry("3", "Jeg kan", VAGN))}
    removed = removal({**fields, "removed": (entry("0", False),)})
    assert removal_disputed([removed], fields, POLICY) == {}


def test_an_edit_made_apart_stands_against_a_removal() -> None:
    before = {"goal": (entry("1", "Bus"),), "removed": (entry("1", False),)}
    edit = entry("5", "Bus og tog")
    assert removal_disputed([removal(before)], {"goal": (edit,), "words": ()}, POLICY) == {"goal": (edit,)}


def test_words_in_a_row_that_was_empty_when_it_was_removed_stand_against_it() -> None:
    edit = entry("5", "Bus")
    assert removal_disputed([removal({"removed": (entry("1", False),)})], {"goal": (edit,)}, POLICY) == {
        "goal": (edit,)
    }


def test_a_new_place_in_the_list_stands_against_nothing() -> None:
    before = {"removed": (entry("1", False),)}
    assert removal_disputed([removal(before)], {"position": (entry("5", 3),)}, POLICY) == {}


def test_removed_by_two_who_knew_every_word_between_them() -> None:
    made = {"removed": (entry("1", False),), "goal": (entry("1", "Bus"),)}
    edited = {"removed": (entry("1", False),), "goal": (entry("5", "Tog"),)}
    removed = [removal(made, "r"), removal(edited, "s")]
    assert removal_disputed(removed, {"goal": edited["goal"]}, POLICY) == {}
    assert outcome(Merge.ASK, removed) == Settled(True, removed[0])


def test_removed_anew_by_one_who_has_seen_the_edit_or_put_back() -> None:
    edit = (entry("5", "Tog"),)
    first = removal({"removed": (entry("1", False),)})
    again = removal({"removed": (first,), "goal": edit}, "s")
    standing = standing_after((first,), again, [first.change_id], {})
    assert removal_disputed(standing, {"goal": edit}, POLICY) == {}
    assert removal_disputed([entry("s", False)], {"goal": edit}, POLICY) == {}


def test_removed_and_put_back_apart_is_a_conversation_of_its_own() -> None:
    removed = [removal({"removed": (entry("1", False),)}), entry("s", False)]
    assert removal_disputed(removed, {"goal": (entry("5", "Tog"),)}, POLICY) == {}
    assert isinstance(outcome(Merge.ASK, removed), Conversation)


def test_what_lay_under_a_refused_edit_was_known_to_the_removal() -> None:
    before = {"removed": (entry("1", False),), "goal": (entry("3", "Tog"),)}
    removed = removal(before, unsent={"3": ["2"], "2": ["1"]})
    assert removal_disputed([removed], {"goal": (entry("1", "Bus"),)}, POLICY) == {}


def test_a_removal_from_before_there_was_anybody_else_knew_everything() -> None:
    assert removal_disputed([entry("r", True)], {"goal": (entry("5", "Tog"),)}, POLICY) == {}
