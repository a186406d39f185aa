# SPDX-License-Identifier: MPL-2.0
"""Joining the shared database: a desk's first, one more person on it, a guest's first sign-in, and one password in both places.

Each speaks to the server, so it is run away from the database lane and does its short things there by `on_lane`. Nothing is
written here before the server has said yes and every rule has been asked; a fall in the middle is taken up by doing it again.

A person is the same person in both places by their id. Who has written here under another id than the server's is refused, for
what is written and signed cannot change its author. A key is uploaded where the server has none: somebody with several desks
signs at one of them, until they say that it is another. Must not know screens.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.names import fold
from app.domain.roles import Hand, Role, role_at_table
from app.domain.versions import is_newer
from app.services.accounts import check_password_form, check_pin_form
from app.services.desk import Clock, Desk, system_clock
from app.services.opening import FolderLock, store_of
from app.services.shared import membership
from app.store import accounts as store
from app.store import incoming, keys, outgoing, passwords, seal
from app.store import membership as kept
from app.store.accounts import Account
from app.store.keys import Backend, KeyRing, KeyStore
from app.store.replica import Replica
from app.store.where import require_own_disk
from app.sync.courier import cases_of
from app.sync.profile import Profile, is_loopback

if TYPE_CHECKING:
    from app.sync.courier import OnLane
    from app.sync.session import Hello, Session

T = TypeVar("T")
log = logging.getLogger(__name__)

MUST_CHANGE = "Vælg din egen adgangskode. Den, du har fået, kan kun bruges denne ene gang."
WRONG = "Brugernavnet og adgangskoden passer ikke sammen."
FIRST_TIME = "Der er ingen forbindelse til den fælles database. Første gang, du logger ind her, skal der være net."
TAKES_NET = (
    "Adgangskoden gælder også i den fælles database, så det tager net at skifte den. Prøv igen, når der er forbindelse."
)
OTHER_ROOT = "Denne computer er sat op med en anden gendannelseskode end den fælles database. Spørg it-afdelingen."
NO_ROOT = "Den fælles database har ikke kommunens nøgle endnu. Bed it-afdelingen lægge den ind med gendannelseskoden."
ONLY_PRACTICE = "En øvelse kan kun tilsluttes en øvedatabase på denne computer."
ONLY_REAL = "Det er en øvedatabase. Rigtige sager kan ikke tilsluttes den."
CLOSED = "Din konto i den fælles database er lukket."
NO_SEAT = "Kontoen fører konti i den fælles database og kan ikke sidde ved bordet."
UNCONFIRMED = "Din konto er ikke bekræftet endnu. En leder skal bekræfte dig, før du kan logge ind her."
CHANGED = "Din nye adgangskode gælder nu. En leder skal bekræfte dig, før du kan logge ind her."
NEWER = "Den fælles database kræver en nyere udgave af Rundbord. Bed it-afdelingen om at opdatere programmet."
NOT_TRUSTED = (
    "Serverens certifikat kan ikke godkendes. Se adressen efter, eller få kommunens rodcertifikat af it-afdelingen."
)
ROOT_MISSING = "Der ligger ikke noget rodcertifikat dér. Se efter, om stien er rigtig."
BROKEN_OFF = "Det blev afbrudt, og intet er ændret."
CHOOSE_PASSWORD = (
    "Serveren kender dig på dit logon på computeren. Vælg den adgangskode, du vil logge ind og underskrive med her."
)
_SAY_PASSWORD = "Skriv din adgangskode."
OWN_PASSWORD = "Skriv også den adgangskode, du har brugt her på computeren."
PIN = "Vælg en PIN-kode. Med den tager du pennen her på computeren."
_TAKEN = "Der er allerede en konto til {name} her. Log ind på den, og tilslut den under Indstillinger."
_OTHER_ID = (
    "Du har skrevet her med et andet id end det, {login} har i den fælles database. "
    "Bed it-afdelingen oprette kontoen med id {id}."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody types. `own_password` opens their key here where it is another; `forget_key`: nobody can open it any more.

    `sign_here`: they sign decisions at this desk from now on, and at no other. `wanted`: whether anybody still waits, asked until
    the server has let them in; from then on it is done, for they may have another password.
    """

    login: str
    password: str = field(repr=False)
    new_password: str = field(default="", repr=False)
    own_password: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    forget_key: bool = False
    sign_here: bool = False
    wanted: Callable[[], bool] = field(default=lambda: True, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """Who it was. `confirmed`: nothing is read or sent before a leder has said that it is them. `signs_elsewhere`: their key is
    another desk's. `password` is the one that holds from now on, for the sharing. `roles`: all they may sit down in, of a guest;
    the hand has the one the table lacks."""

    hand: Hand
    confirmed: bool
    signs_elsewhere: bool
    password: str = field(repr=False)
    roles: tuple[Role, ...] = ()


def at_once(work: Callable[[], T]) -> T:
    """Where there is no lane: the command line, and a replica that is being made."""
    return work()


def join(desk: Desk, profile: Profile, asked: Asked, *, on_lane: OnLane = at_once, person_id: str = "") -> Joined:
    """Join the shared database with this desk, or with one more of its accounts (`person_id`, who is signed in here).

    Raises UserError naming the field it belongs beside ("new_password": choose one; "own_password": the key here is under
    another), or EnvironmentProblem where there is no network or the server is no server of ours.
    """
    practice = keys.is_practice(desk.replica.path.parent)
    _check_practice(practice, profile)
    before = on_lane(lambda: membership(desk))
    if before is not None and before.profile != profile:
        raise UserError("Computeren er allerede tilsluttet en anden fælles database.", "address")
    if desk.replica.root_public is None:
        raise EnvironmentProblem("Kommunens nøgle mangler på denne computer. Brug gendannelseskoden ved næste start.")
    with _greeted(profile, asked) as (session, hello):
        return _Entry(desk, session, hello, profile, asked, on_lane).enter(person_id)


def guest(desk: Desk, asked: Asked, seated: Collection[Role] = (), *, on_lane: OnLane = at_once) -> Joined:
    """Somebody with an account in the shared database and none here signs in at this desk for the first time; with network.

    The later times they sign in here as anybody else, with no network. Their password is kept nowhere. `seated`: the roles at
    the table. Which cases they read is known when they sit down: the one that is open is not taken from those who hold a meeting.
    """
    joined = on_lane(lambda: membership(desk))
    if joined is None:
        raise UserError("Computeren er ikke tilsluttet en fælles database.", "login")
    with _greeted(joined.profile, asked) as (session, hello):
        entered = _Entry(desk, session, hello, joined.profile, asked, on_lane).enter("")
        roles = tuple(Role(role) for role in hello.roles)
        if entered.confirmed and roles != (Role.RAADGIVER,):  # an adviser beside staff reads the shared part alone (D3)
            mine = cases_of(session)
            on_lane(lambda: incoming.reconcile(desk.replica, entered.hand.person_id, mine))
        return replace(entered, hand=entered.hand._replace(role=role_at_table(roles, seated)), roles=roles)


def join_first(
    folder: Path,
    profile: Profile,
    asked: Asked,
    *,
    practice: bool = False,
    passphrase: str | None = None,
    clock: Clock = system_clock,
    key_store: KeyStore | None = None,
) -> Joined:
    """Take Rundbord into use in `folder` by joining: the municipality, its texts and its cases come from the shared database.

    There is no recovery code for such a desk: what it holds is in the shared database, but for what is not yet sent.
    """
    from app.services.first_start import PASSPHRASE_MIN

    _check_practice(practice, profile)
    if passphrase is not None and len(passphrase) < PASSPHRASE_MIN:
        raise UserError(f"Adgangssætningen skal være på mindst {PASSPHRASE_MIN} tegn.", "passphrase")
    check_pin_form(asked.pin)
    require_own_disk(folder)
    with _greeted(profile, asked) as (session, hello):
        _check_server(hello, None, practice=practice)
        _check_person(hello, asked, practice=practice)
        if not session.by_password:
            _check_choice(asked, practice=practice)
        lock = FolderLock(folder)
        try:
            replica = _new_replica(folder, key_store or store_of(folder, practice, passphrase), hello.root_public)
            try:
                return _Entry(Desk(replica, clock), session, hello, profile, asked, at_once).enter("")
            finally:
                replica.close()
        finally:
            lock.release()


def change_password(
    desk: Desk,
    person_id: str,
    password: str,
    new_password: str,
    *,
    on_lane: OnLane = at_once,
    backend: Backend | None = None,
) -> None:
    """A new password, here and in the shared database; the same key under it. Refused with no network, in one sentence."""
    own, joined = on_lane(lambda: (_account(desk, person_id), membership(desk)))
    try:
        key = seal.open_account_key(seal.LockedKey.from_json(own.locked_key), password)
    except UserError as no:
        raise UserError(no.message, "own_password") from no
    cost = seal.LockedKey.from_json(own.locked_key).params
    _check_new(new_password, "password", practice=cost == seal.PRACTICE_COST)
    locked = seal.lock_account_key(key, new_password, cost)
    login = None if joined is None else joined.logins.get(person_id)
    if joined is not None and login is not None:
        from app.sync.faults import LoginRefused, Offline
        from app.sync.lookout import errand

        try:
            with errand(joined.profile, login, password) as session:
                if session.by_password:
                    session.set_own_password(new_password)
        except Offline as none:
            raise EnvironmentProblem(TAKES_NET) from none
        except LoginRefused as no:
            raise UserError(
                "Den fælles database har en anden adgangskode til dig. Log ind på den igen under Indstillinger.",
                "own_password",
            ) from no
    on_lane(
        lambda: store.save(desk.replica, replace(_account(desk, person_id), locked_key=locked.to_json(), pin_tries=0))
    )
    if joined is not None and login is not None and person_id == joined.host:
        _remember(desk, joined.profile, login, new_password, on_lane, backend)


# ---------------------------------------------------------------------------------------------------------- the rules


def _check_practice(practice: bool, profile: Profile) -> None:
    """Practice data never meets a real shared database, nor the other way about (K2)."""
    if practice and not (profile.practice and is_loopback(profile.host)):
        raise UserError(ONLY_PRACTICE, "address")
    if profile.practice and not practice:
        raise UserError(ONLY_REAL, "address")


def _check_server(hello: Hello, root_public: str | None, *, practice: bool) -> None:
    if hello.practice and not practice:
        raise UserError(ONLY_REAL, "address")
    if practice and not hello.practice:
        raise UserError(ONLY_PRACTICE, "address")
    if not hello.root_public:
        raise UserError(NO_ROOT, "address")
    if root_public is not None and root_public != hello.root_public:
        raise UserError(OTHER_ROOT, "address")


def _check_person(hello: Hello, asked: Asked, *, practice: bool) -> tuple[Role, ...]:
    """Whether this person can sit at a table; their roles."""
    if hello.state == "closed":
        raise UserError(CLOSED, "login")
    if not hello.roles:
        raise UserError(NO_SEAT, "login")
    known = {role.value: role for role in Role}
    if not set(hello.roles) <= set(known):
        raise EnvironmentProblem(NEWER)
    if hello.must_change:
        if not asked.new_password:
            raise UserError(MUST_CHANGE, "new_password")
        _check_new(asked.new_password, "new_password", practice=practice)
        if asked.new_password == asked.password:
            raise UserError("Vælg en anden adgangskode end den, du har fået.", "new_password")
    return tuple(role for role in Role if role.value in hello.roles)


def _check_choice(asked: Asked, *, practice: bool) -> None:
    """Who comes in by Kerberos has no password there, and chooses the one their key is to lie under here."""
    if not asked.new_password:
        raise UserError(CHOOSE_PASSWORD, "new_password")
    _check_new(asked.new_password, "new_password", practice=practice)


def _check_new(password: str, about: str, *, practice: bool) -> None:
    if practice and password:
        return
    try:
        check_password_form(password)
    except UserError as no:
        raise UserError(no.message, about) from no


@contextmanager
def _greeted(profile: Profile, asked: Asked) -> Iterator[tuple[Session, Hello]]:
    """A session and the server's first words. The desk itself is not named: that is the engine's, in its own time."""
    import app
    from app.sync.faults import LoginRefused, NotTrusted, Offline, RootMissing
    from app.sync.lookout import errand

    if not asked.login.strip():
        raise UserError("Skriv dit brugernavn.", "login")
    way, inside = ExitStack(), False
    try:
        session = way.enter_context(
            errand(profile, asked.login.strip().lower(), asked.password, lambda: inside or asked.wanted())
        )
    except LoginRefused as no:
        raise UserError(WRONG if asked.password else _SAY_PASSWORD, "password") from no
    except RootMissing as no:
        raise UserError(ROOT_MISSING, "ca") from no
    except NotTrusted as other:
        raise UserError(NOT_TRUSTED, "ca") from other
    except Offline as none:
        raise EnvironmentProblem(FIRST_TIME) from none
    try:
        with way:
            if (
                session.by_password and not asked.password
            ):  # one that lies in a file on the machine is not theirs to say
                raise UserError(_SAY_PASSWORD, "password")
            hello = session.hello(app.__version__, None, None)
            if is_newer(hello.wanted_client, app.__version__):
                raise EnvironmentProblem(NEWER)
            if not asked.wanted():
                raise EnvironmentProblem(BROKEN_OFF)
            inside = True
            yield session, hello
    except Offline as none:  # the line fell, or nobody answered
        raise EnvironmentProblem(FIRST_TIME) from none


# ------------------------------------------------------------------------------------------------------- the doing of it


class _Entry:
    """One person comes in on one desk."""

    def __init__(
        self, desk: Desk, session: Session, hello: Hello, profile: Profile, asked: Asked, on_lane: OnLane
    ) -> None:
        self._desk, self._session, self._hello = desk, session, hello
        self._profile, self._asked, self._on_lane = profile, asked, on_lane
        self._practice = keys.is_practice(desk.replica.path.parent)

    def enter(self, person_id: str) -> Joined:
        """All of it. `person_id`: the account here that is to be this person's, "" for whichever bears the server's id."""
        desk, hello, asked = self._desk, self._hello, self._asked
        _check_server(hello, desk.replica.root_public, practice=self._practice)
        roles = _check_person(hello, asked, practice=self._practice)
        own, others = self._on_lane(lambda: self._own(person_id))
        key, under = (None, "") if own is None else self._opened(own)
        if key is None:
            if (others or own is not None) and hello.state != "open":
                self._stay_out()
            if own is None and not asked.pin:
                raise UserError(PIN, "pin")
            if own is None:
                check_pin_form(asked.pin)
        password = asked.password
        if hello.must_change:
            self._session.set_own_password(asked.new_password)
            password = asked.new_password
        elif not self._session.by_password:
            if key is None:
                _check_choice(asked, practice=self._practice)
            password = under or asked.new_password
        account = self._made(own, key, roles, password)
        signs = self._key_goes_up(own, account)
        host = self._on_lane(lambda: self._keep(own, account))
        if host == hello.person_id:
            _remember(desk, self._profile, self._session.login, password, self._on_lane, None)
        log.info("joined the shared database: %s", hello.person_id)
        return Joined(Hand(hello.person_id, hello.name, roles[0]), hello.state == "open", not signs, password)

    def _stay_out(self) -> NoReturn:
        """Not before a leder has said that it is them: cases lie here. But their own password they may choose."""
        if self._hello.must_change:
            self._session.set_own_password(self._asked.new_password)
            raise UserError(CHANGED, "changed")
        raise UserError(UNCONFIRMED, "login")

    def _own(self, person_id: str) -> tuple[Account | None, bool]:
        """The account here that is this person's, and whether there are others. On the database lane."""
        replica, hello = self._desk.replica, self._hello
        everybody = store.accounts(replica)
        own = next((a for a in everybody if a.person_id == hello.person_id), None)
        if own is None and person_id:
            own = next((a for a in everybody if a.person_id == person_id), None)
            if own is not None and (kept.is_written_of(replica, person_id) or person_id in kept.logins(replica)):
                raise UserError(_OTHER_ID.format(login=self._session.login, id=person_id), "login")
        others = [a for a in everybody if own is None or a.person_id != own.person_id]
        if own is None and any(fold(a.name) == fold(hello.name) for a in others):
            raise UserError(_TAKEN.format(name=hello.name), "login")
        return own, bool(others)

    def _opened(self, own: Account) -> tuple[seal.OpenKey | None, str]:
        """Their key here, opened with one of what they typed, and with which; None when they say that nobody can."""
        asked, locked = self._asked, seal.LockedKey.from_json(own.locked_key)
        for said in dict.fromkeys((asked.own_password, asked.password, asked.new_password)):
            if said:
                try:
                    return seal.open_account_key(locked, said), said
                except UserError:
                    continue
        if asked.forget_key:
            return None, ""
        if asked.own_password:
            raise UserError("Adgangskoden passer ikke.", "own_password")
        raise UserError(OWN_PASSWORD, "own_password")

    def _made(self, own: Account | None, key: seal.OpenKey | None, roles: tuple[Role, ...], password: str) -> Account:
        """The account as it is to be: the server's id, name and roles, and the key under the one password."""
        hello = self._hello
        cost = seal.PRACTICE_COST if self._practice else seal.OFFICE_COST
        locked = seal.new_account_key(password, cost) if key is None else seal.lock_account_key(key, password, cost)
        if own is None:
            return Account(
                person_id=hello.person_id,
                name=hello.name,
                phone="",
                discipline="",
                roles=roles,
                locked_key=locked.to_json(),
                public_key=locked.public_key,
                voucher="",
                pin=seal.hash_pin(self._asked.pin, cost),
                made_at=self._desk.clock().isoformat(timespec="seconds"),
            )
        named = replace(own, person_id=hello.person_id, name=hello.name, roles=roles)
        if key is None:
            return store.with_new_key(named, locked.to_json(), locked.public_key, "")
        return replace(named, locked_key=locked.to_json(), pin_tries=0)

    def _key_goes_up(self, before: Account | None, account: Account) -> bool:
        """Let the server know the key, where it knows none or one that is no more; whether this desk's is the one that signs."""
        known = self._hello.public_key
        lost = before is not None and before.public_key == known != account.public_key
        if known == account.public_key:
            return True
        if not known or lost or self._asked.sign_here:
            self._session.set_own_key(account.public_key)
            return True
        return False

    def _keep(self, before: Account | None, account: Account) -> str:
        """Write it all down, the word that this desk shares last; whose desk it is. On the database lane."""
        replica = self._desk.replica
        if before is not None and before.person_id != account.person_id:
            kept.rename(replica, before.person_id, account.person_id)
        store.save(replica, account)
        kept.adopt(replica, account.person_id, account.name if before is None else before.name)
        outgoing.join(replica)
        kept.keep(replica, self._profile.as_text(), account.person_id, self._session.login)
        return kept.host(replica)


def _account(desk: Desk, person_id: str) -> Account:
    found = store.account(desk.replica, person_id)
    if found is None:
        raise UserError("Kontoen findes ikke på denne computer.", "person")
    return found


def _remember(
    desk: Desk, profile: Profile, login: str, password: str, on_lane: OnLane, backend: Backend | None
) -> None:
    """The password of whose desk it is; in practice in the practice replica."""
    if profile.practice:
        on_lane(lambda: passwords.keep_practice_password(desk.replica, password))
    else:
        passwords.remember_password(profile.entry(login), password, backend)


def _new_replica(folder: Path, key_store: KeyStore, root_public: str) -> Replica:
    """A replica with nobody in it, under a key of its own and the municipality's root."""
    replica_id = keys.replica_id_of(folder)
    path = folder / keys.REPLICA_FILE
    begun = key_store.load(replica_id)
    if begun is None and path.exists():
        raise EnvironmentProblem("Der ligger allerede sager i mappen. Brug gendannelseskoden for at åbne dem.")
    ring = KeyRing(begun.raw_key, root_public, replica_id) if begun else keys.new_key_ring(replica_id, root_public)
    if begun is not None and path.exists():
        _require_empty(path, begun)
    key_store.save(ring)
    return Replica.open(path, ring.raw_key, root_public, create=True)


def _require_empty(path: Path, ring: KeyRing) -> None:
    replica = Replica.open(path, ring.raw_key, ring.root_public)
    try:
        if store.accounts(replica):
            raise EnvironmentProblem("Rundbord er allerede taget i brug her. Luk det, og start det igen.")
    finally:
        replica.close()
