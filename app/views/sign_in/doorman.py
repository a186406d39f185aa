# SPDX-License-Identifier: MPL-2.0
"""When the replica will not open: one calm page for each kind of trouble, with its ways on (design § 2, promise 3).

Made by bootstrap. Asks for a passphrase, a recovery code or the answers of a first start, brings a copy forward, and then asks
bootstrap to try again. Must not know how a replica is opened.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.dates import format_long
from app.domain.errors import RundbordError, UserError
from app.services import opening
from app.services.managed import NOTHING
from app.store.replica import DamagedReplica

if TYPE_CHECKING:
    from app.qt.lanes import Lane
    from app.services.first_start import Answers
    from app.store.keys import KeyStore
    from app.store.maintenance import BroughtBack
    from app.store.recovery import RecoveryCode
    from app.views.shell.window import MainWindow
    from app.views.sign_in.connect_page import ConnectPage, Typed
    from app.views.sign_in.first_start import FirstStart

log = logging.getLogger(__name__)

CANNOT_OPEN = "Rundbord kan ikke åbne jeres sager"
Failed = Callable[[str, "str | None"], object]


class Doorman(QObject):
    """`reopen(passphrase)` is bootstrap's: try to open the replica once more."""

    def __init__(
        self,
        window: MainWindow,
        database: Lane,
        folder: Path,
        practice: bool,
        key_store: KeyStore | None,
        reopen: Callable[[str | None], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._database = database
        self._folder = folder
        self._practice = practice
        self._key_store = key_store
        self._reopen = reopen
        self._passphrase: str | None = None
        self._here = NOTHING
        self._joining: ConnectPage | None = None

    def end(self) -> None:
        """The program closes, perhaps while the shared database is asked."""
        if self._joining is not None:
            self._joining.give_up()

    def meet(self, error: RundbordError, passphrase: str | None) -> None:
        """Show what is wrong and what can be done. `passphrase` is the one that was tried, if any."""
        log.info("not opened: %s", type(error).__name__)
        self._passphrase = passphrase
        retry = ("start.retry", "Prøv igen", self._again)
        recover = ("start.recover", "Brug gendannelseskoden", self.ask_code)
        copy = ("start.copy", "Hent kopien frem", self._bring_back)
        recoverable = opening.has_recovery(self._folder)
        page = self._window.show_start()
        if isinstance(error, opening.NotSetUp):
            self._first_start(error.needs_passphrase)
        elif isinstance(error, opening.PassphraseNeeded):
            self._ask_passphrase()
        elif isinstance(error, UserError) and error.field == "passphrase":
            self._ask_passphrase(error.message)
        elif isinstance(error, opening.InUse):
            sys.stderr.write(f"{error.message}\n")  # whoever started it from a terminal looks there
            page.trouble(
                "Rundbord er allerede åbent", error.message, [("start.close", "Luk", self._window.close), retry]
            )
        elif isinstance(error, DamagedReplica):
            ways = [copy, recover, retry] if recoverable else [copy, retry]
            page.trouble("Filen med jeres sager er beskadiget", error.message, ways)
        elif isinstance(error, opening.KeyLost):
            page.trouble("Nøglen mangler", error.message, [recover, retry])
        else:
            said = opening.at_the_start(error, self._folder)
            page.trouble(CANNOT_OPEN, said, [retry, recover] if recoverable and not self._practice else [retry])

    def ask_code(self) -> None:
        """The recovery code, and a new passphrase where the machine has no key store that answers."""
        from app.views.sign_in.key_pages import RecoveryPage

        needs = self._key_store is None and opening.recovery_needs_passphrase(self._folder, self._practice)
        page = RecoveryPage(needs)
        page.answered.connect(lambda code, phrase: self._recover(page, code, phrase or None))
        page.back.connect(lambda: self._leave(page, self._again))
        self._window.show_page(page)
        page.begin()

    # -- inside

    def _again(self) -> None:
        self._reopen(self._passphrase)

    def _leave(self, page: QWidget, then: Callable[[], object]) -> None:
        self._window.drop_page(page)
        then()

    def _ask(self, work: Callable[[], Any], then: Callable[[Any], object], failed: Failed) -> None:
        def told(error: Exception) -> None:
            if not isinstance(error, RundbordError):
                raise error
            failed(error.message, getattr(error, "field", None))

        self._database.ask(work, then, told)

    def _ask_passphrase(self, complaint: str = "") -> None:
        from app.views.sign_in.key_pages import PassphrasePage

        page = PassphrasePage()
        page.answered.connect(lambda said: self._leave(page, lambda: self._reopen(said)))
        page.lost.connect(lambda: self._leave(page, self.ask_code))
        self._window.show_page(page)
        page.begin(complaint)

    def _recover(self, page: Any, code: str, passphrase: str | None) -> None:
        folder, practice, store = self._folder, self._practice, self._key_store
        self._ask(
            lambda: opening.recover_key(folder, practice, code, passphrase, store),
            lambda _: self._leave(page, lambda: self._reopen(passphrase)),
            page.complain,
        )

    def _bring_back(self) -> None:
        folder, practice, store, passphrase = self._folder, self._practice, self._key_store, self._passphrase
        page = self._window.show_start()
        recover = ("start.recover", "Brug gendannelseskoden", self.ask_code)
        retry = ("start.retry", "Prøv igen", self._again)
        ways = [retry, recover] if opening.has_recovery(folder) else [retry]

        def brought(back: BroughtBack) -> None:
            when = f"{format_long(back.made_at.date())} kl. {back.made_at:%H.%M}"
            aside = f" Den beskadigede fil ligger stadig i mappen som {back.aside.name}." if back.aside else ""
            self._window.asks.say(f"Kopien fra {when} er hentet frem. Se efter, om det sidste mangler.{aside}")
            self._again()

        page.wait("Henter kopien frem …")
        self._ask(
            lambda: opening.bring_back_copy(folder, practice, passphrase, key_store=store),
            brought,
            lambda message, _field: page.trouble("Kopien kan ikke hentes frem", message, ways),
        )

    def _first_start(self, needs_passphrase: bool) -> None:
        from app.services import managed
        from app.services.first_start import set_up
        from app.views.sign_in.first_start import FirstStart

        self._here = managed.for_folder(self._folder)
        page = FirstStart(needs_passphrase)
        if self._here.municipality:
            page.municipality.set_text(self._here.municipality)

        def answered(answers: Answers, code: RecoveryCode) -> None:
            self._ask(
                lambda: set_up(self._folder, code, answers, key_store=self._key_store),
                lambda _: self._leave(page, lambda: self._reopen(answers.passphrase)),
                page.complain,
            )

        page.answered.connect(answered)
        page.join.connect(lambda: self._join(page, needs_passphrase))
        self._window.show_page(page)
        page.begin()

    def _join(self, before: FirstStart, needs_passphrase: bool) -> None:
        """Come in by the municipality's shared database instead."""
        from app.services.joining import join_first
        from app.sync.profile import read_address
        from app.views.sign_in.connect_page import ConnectPage, Way

        self._joining = page = ConnectPage(Way.FIRST, passphrase=needs_passphrase)
        decided = self._here.profile()
        if decided is not None:
            page.know(decided)

        def answered(typed: Typed) -> None:
            # On the database lane: there is no replica yet, and nobody else waits for it.
            self._ask(
                lambda: join_first(
                    self._folder,
                    decided or read_address(typed.address, typed.ca, practice=self._practice),
                    typed.asked,
                    practice=self._practice,
                    passphrase=typed.passphrase,
                    key_store=self._key_store,
                ),
                lambda _: joined(typed.passphrase),
                refused,
            )

        def joined(passphrase: str | None) -> None:
            for shown in (before, page) if self._joining is page else (before,):
                self._window.drop_page(shown)
            self._reopen(passphrase)

        def refused(message: str, field: str | None) -> None:
            if self._joining is page:
                page.complain(message, field)

        def back() -> None:
            self._joining = None
            self._leave(page, lambda: self._window.show_page(before))

        page.answered.connect(answered)
        page.back.connect(back)
        self._window.show_page(page)
        page.begin()
