# SPDX-License-Identifier: MPL-2.0
"""People and their keys on this desk: accounts, signing in, PINs, and the ways out when one is forgotten (A1, C1).

Called on the database lane by sign-in, the lock screen, pen passing and the command line. A password opens the person's
own key and is gone; nothing here keeps it. The right to decide comes from the municipality's recovery code alone, so no
way out of a forgotten password can decide anything (promise 2). Must not know screens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.names import fold
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.services.desk import Desk
from app.store import accounts as store
from app.store import seal
from app.store.accounts import Account
from app.store.membership import logins
from app.store.recovery import read_code
from app.store.unit_of_work import new_id

PASSWORD_MIN = 8
PIN_TRIES = 5
PIN_USED_UP = "PIN-koden er skrevet forkert fem gange. Brug adgangskoden i stedet."
WRONG_CODE = "Gendannelseskoden hører ikke til jeres kommune her. Se, om det er den rigtige seddel."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in here, without the secret part.

    `decides`: the municipality vouches for the key as a bestiller's. `needs_password`: the PIN has been tried too often.
    """

    person_id: str
    name: str
    discipline: str
    phone: str
    roles: tuple[Role, ...]
    decides: bool
    needs_password: bool


def people(desk: Desk) -> tuple[Person, ...]:
    """Everybody who can sign in on this desk, by name."""
    return tuple(_person(desk, found) for found in store.accounts(desk.replica))


def create_person(
    desk: Desk,
    name: str,
    discipline: str,
    phone: str,
    roles: Collection[Role],
    password: str,
    pin: str,
    *,
    recovery_code: str | None = None,
    practice: bool = False,
    person_id: str = "",
) -> Person:
    """Make an account. A bestiller's key is vouched for with the municipality's recovery code; others need none.

    `person_id` is for one whose hand has written already. `practice` takes the practice team's short password and makes a quick
    lock of it. Raises UserError naming the field.
    """
    name = " ".join(name.split())
    if not name:
        raise UserError("Skriv, hvad du hedder.", "name")
    if not roles:
        raise UserError("Vælg en rolle.", "roles")
    if Role.RAADGIVER in roles and len(set(roles)) > 1:
        raise UserError("En rådgiver er alene rådgiver og har ingen anden rolle.", "roles")
    if any(fold(name) == fold(other.name) for other in store.accounts(desk.replica)):
        raise UserError(
            f"Der er allerede en konto til {name}. Skriv også et mellemnavn, så I kan kendes fra hinanden.", "name"
        )
    if not practice:
        check_password_form(password)
    if Role.BESTILLER in roles and not (recovery_code or "").strip():
        raise UserError(
            "En bestiller afgør, så kommunen skal stå inde for kontoen: skriv gendannelseskoden.", "recovery_code"
        )
    if Role.LEDER in roles and not (recovery_code or "").strip():
        raise UserError(
            "En leder sætter, hvem der må bevilge hvad, så kommunen skal stå inde for kontoen: skriv gendannelseskoden.",
            "recovery_code",
        )
    cost = seal.PRACTICE_COST if practice else seal.OFFICE_COST
    root = _root(desk, recovery_code)
    pin_form = seal.hash_pin(pin, cost)
    locked = seal.new_account_key(password, cost)
    person_id = person_id or new_id()
    ordered = tuple(role for role in Role if role in roles)
    made = Account(
        person_id=person_id,
        name=name,
        phone=phone.strip(),
        discipline=discipline.strip(),
        roles=ordered,
        locked_key=locked.to_json(),
        public_key=locked.public_key,
        voucher=_voucher(root, person_id, name, ordered, locked.public_key),
        pin=pin_form,
        made_at=desk.clock().isoformat(timespec="seconds"),
    )
    store.save(desk.replica, made)
    return _person(desk, made)


def check_password_form(password: str) -> None:
    """Whether a new password is long enough. Length is all that is asked for: a sentence is best."""
    if len(password) < PASSWORD_MIN:
        raise UserError(f"Adgangskoden skal være på mindst {PASSWORD_MIN} tegn. En lille sætning er god.", "password")


def check_pin_form(pin: str) -> None:
    """Whether a new PIN is one: 4-8 digits."""
    if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
        raise UserError("PIN-koden skal være 4-8 cifre.", "pin")


# --------------------------------------------------------------------------------------------------------- signing in


def sign_in(desk: Desk, person_id: str, password: str, role: Role | None = None) -> Hand:
    """The person sits down in a role, the password being the proof. Logged. `role` may be left out when there is one.

    Raises UserError for a wrong password, or a role the person has not.
    """
    own = _account(desk, person_id)
    role = role or own.roles[0]
    if role not in own.roles:
        raise UserError(f"{own.name} er ikke {role.value} her.", "role")
    hand = Hand(own.person_id, own.name, role)
    _open(desk, own, password, hand)
    desk.note(hand, "", "logget ind")
    return hand


def check_password(desk: Desk, person_id: str, password: str) -> None:
    """The person again, by the password (unlocking). Clears the count of wrong PINs. UserError when it does not fit."""
    own = _account(desk, person_id)
    _open(desk, own, password, Hand(own.person_id, own.name, own.roles[0]))


def check_pin(desk: Desk, person_id: str, pin: str) -> None:
    """The person again, by the PIN: five tries, then the password. UserError tells how many are left.

    The try is written down before it is judged, so that pulling the plug gives no more of them.
    """
    own = _account(desk, person_id)
    if own.pin_tries >= PIN_TRIES:
        raise UserError(PIN_USED_UP, "password")
    tries = own.pin_tries + 1
    store.save(desk.replica, replace(own, pin_tries=tries))
    if seal.check_pin(own.pin, pin):
        store.save(desk.replica, replace(own, pin_tries=0))
        return
    desk.note(Hand(own.person_id, own.name, own.roles[0]), "", "forkert pin")
    left = PIN_TRIES - tries
    if not left:
        raise UserError(PIN_USED_UP, "password")
    raise UserError(f"PIN-koden passer ikke. Der er {left} forsøg tilbage.", "pin")


def check_secret(desk: Desk, person_id: str, said: str) -> None:
    """The person again, by PIN or password, whichever was typed (unlocking). UserError as those two."""
    if not (4 <= len(said) <= 8 and said.isascii() and said.isdigit()):
        check_password(desk, person_id, said)
        return
    try:
        check_pin(desk, person_id, said)
    except UserError:
        if len(said) < PASSWORD_MIN:
            raise
        check_password(desk, person_id, said)  # a password of figures alone


# ----------------------------------------------------------------------------------------------- changed and forgotten


def change_password(desk: Desk, person_id: str, password: str, new_password: str) -> None:
    """The same key under a new password: what the municipality vouched for still stands."""
    own = _account(desk, person_id)
    try:
        key = _open(desk, own, password, Hand(own.person_id, own.name, own.roles[0]))
    except UserError as no:
        raise UserError(no.message, "own_password") from no
    _check_new_password(own, new_password)
    locked = seal.lock_account_key(key, new_password, _cost(own))
    store.save(desk.replica, replace(_account(desk, person_id), locked_key=locked.to_json(), pin_tries=0))


def change_pin(desk: Desk, person_id: str, password: str, new_pin: str) -> None:
    """A new PIN, also when the old one is forgotten or used up: the person's own password is proof enough."""
    own = _account(desk, person_id)
    check_pin_form(new_pin)
    _open(desk, own, password, Hand(own.person_id, own.name, own.roles[0]))
    store.save(desk.replica, replace(own, pin=seal.hash_pin(new_pin, _cost(own)), pin_tries=0))


def reset_with_colleague(
    desk: Desk, person_id: str, new_password: str, colleague_id: str, colleague_password: str
) -> Person:
    """A forgotten password, with no network: a colleague says with their own password that it is you.

    Gives a new key nobody vouches for: it writes and signs nothing, until `vouch_for`. What the old key signed stands.
    """
    own, colleague = _account(desk, person_id), _account(desk, colleague_id)
    if own.person_id == colleague.person_id:
        raise UserError("En kollega skal sige god for dig. Vælg en anden end dig selv.", "colleague")
    hand = Hand(colleague.person_id, colleague.name, colleague.roles[0])
    try:
        _open(desk, colleague, colleague_password, hand)
    except UserError as no:
        raise UserError(f"{colleague.name}s adgangskode passer ikke.", "colleague_password") from no
    _require_own_desk(desk, own)
    _check_new_password(own, new_password)
    desk.note(hand, "", "ny adgangskode", own.person_id)
    return _new_key(desk, own, new_password, None)


def reset_with_recovery_code(desk: Desk, person_id: str, new_password: str, recovery_code: str) -> Person:
    """A forgotten password, with the municipality's recovery code: the new key is vouched for at once."""
    own = _account(desk, person_id)
    root = _root(desk, recovery_code)
    if root is None:
        raise UserError("Skriv gendannelseskoden.", "recovery_code")
    _require_own_desk(desk, own)
    _check_new_password(own, new_password)
    desk.note(Hand(own.person_id, own.name, own.roles[0]), "", "ny adgangskode med gendannelseskode", own.person_id)
    return _new_key(desk, own, new_password, root)


def vouch_for(desk: Desk, hand: Hand, person_id: str, recovery_code: str) -> Person:
    """The municipality stands for a person's present key from now on, by its recovery code."""
    desk.require(hand, Act.ACCOUNTS)
    own = _account(desk, person_id)
    root = _root(desk, recovery_code)
    if root is None:
        raise UserError("Skriv gendannelseskoden.", "recovery_code")
    voucher = _voucher(root, own.person_id, own.name, own.roles, own.public_key)
    vouched = replace(own, voucher=voucher)
    store.save(desk.replica, vouched)
    desk.note(hand, "", "nøgle godkendt", own.person_id)
    return _person(desk, vouched)


# -- inside


def _account(desk: Desk, person_id: str) -> Account:
    found = store.account(desk.replica, person_id)
    if found is None:
        raise UserError("Kontoen findes ikke på denne computer.", "person")
    return found


def _person(desk: Desk, found: Account) -> Person:
    keys = store.keys_that_decide(desk.replica, found.person_id, only_present=True)
    return Person(
        person_id=found.person_id,
        name=found.name,
        discipline=found.discipline,
        phone=found.phone,
        roles=found.roles,
        decides=found.public_key in keys,
        needs_password=found.pin_tries >= PIN_TRIES,
    )


def _open(desk: Desk, own: Account, password: str, hand: Hand) -> seal.OpenKey:
    """The person's key, opened. A wrong password is noted; a right one clears the wrong PINs."""
    try:
        key = seal.open_account_key(seal.LockedKey.from_json(own.locked_key), password)
    except UserError:
        desk.note(hand, "", "forkert adgangskode")
        raise
    if own.pin_tries:
        store.save(desk.replica, replace(own, pin_tries=0))
    return key


def _cost(own: Account) -> seal.KdfCost:
    """What a guess costs now: a changed lock is as dear as the one it takes the place of."""
    return seal.LockedKey.from_json(own.locked_key).params


def _check_new_password(own: Account, new_password: str) -> None:
    if _cost(own) != seal.PRACTICE_COST:
        check_password_form(new_password)
    elif not new_password:
        raise UserError("Skriv en ny adgangskode.", "password")


def _require_own_desk(desk: Desk, own: Account) -> None:
    """A password that also holds in the shared database is given anew there, and nowhere else."""
    if own.person_id in logins(desk.replica):
        raise UserError(
            "Adgangskoden gælder også i den fælles database. Få en ny af den, der fører konti, og vælg så »Log ind over nettet«."
        )


def _root(desk: Desk, recovery_code: str | None) -> seal.OpenKey | None:
    """The municipality's root key from its code on paper, or None when no code was given."""
    if recovery_code is None or not recovery_code.strip():
        return None
    root = seal.root_from_recovery(read_code(recovery_code))
    if desk.replica.root_public is None:
        raise EnvironmentProblem("Kommunens nøgle mangler på denne computer. Brug gendannelseskoden ved næste start.")
    if root.public_key != desk.replica.root_public:
        raise UserError(WRONG_CODE, "recovery_code")
    return root


def _voucher(root: seal.OpenKey | None, person_id: str, name: str, roles: tuple[Role, ...], public_key: str) -> str:
    return "" if root is None else seal.vouch(root, person_id, name, [r.value for r in roles], public_key)


def _new_key(desk: Desk, own: Account, new_password: str, root: seal.OpenKey | None) -> Person:
    locked = seal.new_account_key(new_password, _cost(own))
    voucher = _voucher(root, own.person_id, own.name, own.roles, locked.public_key)
    renewed = store.with_new_key(own, locked.to_json(), locked.public_key, voucher)
    store.save(desk.replica, renewed)
    return _person(desk, renewed)
