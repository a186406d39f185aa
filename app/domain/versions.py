# SPDX-License-Identifier: MPL-2.0
"""Which of two versions of the program is the newer. Called by whoever compares what a database asks for with what runs here."""

from __future__ import annotations


def is_newer(one: str, other: str) -> bool:
    """Whether the version `one` is newer than `other`. What is no number in either counts for nothing, and "" is no version."""
    return _numbers(one) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".") if part.isascii() and part.isdecimal()]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
