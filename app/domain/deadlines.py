# SPDX-License-Identifier: MPL-2.0
"""When a letter is received and when the time to complain runs out (domain §§ 5.2, 9.4; retssikkerhedsloven § 67).

Called by the answer letter where its paragraph can be complained of; whether it can is the municipality's configuration
and not known here. Where the sources leave a day open, it falls in the citizen's favour.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from app.domain.workdays import add_working_days, open_day_on_or_after

COMPLAINT_TIME = timedelta(weeks=4)


class Channel(StrEnum):
    """How a letter reaches the citizen."""

    HANDED_OVER = "udleveret"
    DIGITAL_POST = "digital post"
    POST = "brevpost"
    QUICK = "quickbrev"


_WORKING_DAYS_ON_THE_WAY = {Channel.HANDED_OVER: 0, Channel.DIGITAL_POST: 0, Channel.POST: 6, Channel.QUICK: 2}


def received(letter_date: date, channel: Channel, closed_days_extra: bool = True) -> date:
    """The day the letter counts as received: the same day, also a Saturday, by hand and by Digital Post.

    An ordinary letter is six working days on its way, a Quickbrev two.
    """
    return add_working_days(letter_date, _WORKING_DAYS_ON_THE_WAY[channel], closed_days_extra)


def complaint_deadline(letter_date: date, channel: Channel, closed_days_extra: bool = True) -> date:
    """The last day to complain: four weeks after receipt, moved on to an open day; it runs to 23:59.

    `closed_days_extra`: 5 June, 24 and 31 December count as closed. A setting; the ministry's guidance is silent.
    """
    return open_day_on_or_after(received(letter_date, channel, closed_days_extra) + COMPLAINT_TIME, closed_days_extra)
