# SPDX-License-Identifier: MPL-2.0
"""A shared database that has been put back from a copy: noticed at the greeting, and offered what it no longer has.

Such a database goes by a new name and numbers on from far above (`schema/0251_restored.sql`). This desk asks it which of all that
was acknowledged here it lacks, and sends that again by the ordinary road. Called by `pen.py` on the network thread.
"""

from __future__ import annotations

import logging

from app.store import offered
from app.store.replica import Replica
from app.sync.courier import OnLane
from app.sync.faults import ServerBehind
from app.sync.session import LACKS_MOST, Hello, Session

log = logging.getLogger(__name__)

BEHIND = (
    "Den fælles database er lagt tilbage fra en ældre kopi. It-afdelingen skal køre »rundbord shared restored«."
    " Det, du skriver, gemmes her."
)


def look(replica: Replica, on_lane: OnLane, session: Session, hello: Hello) -> bool:
    """Offer anew what the server lacks, if it is another than last time; whether it is. Raises ServerBehind where it does not
    know so itself: its numbers do not reach those it gave, or they do and the newest word it took is not there.
    """
    known, (furthest, newest) = on_lane(lambda: (offered.origin(replica), offered.furthest(replica)))
    if furthest > hello.upto:
        raise ServerBehind(BEHIND)
    if hello.origin in ("", known):
        if hello.origin and newest is not None and session.lacks([newest]):
            raise ServerBehind(BEHIND)
        return False
    sent = on_lane(lambda: offered.acknowledged(replica))
    lacking: set[str] = set()
    for start in range(0, len(sent), LACKS_MOST):
        lacking |= session.lacks(sent[start : start + LACKS_MOST])
    if lacking:
        log.warning("the shared database has been put back: %d changes are offered anew", len(lacking))
    on_lane(lambda: offered.offer_anew(replica, lacking, hello.origin, first=known is None))
    return known is not None
