# SPDX-License-Identifier: MPL-2.0
"""Every kind of field, to import from one place."""

from __future__ import annotations

from app.views.parts.choice_fields import NO, YES, CheckField, ChoiceField, Option
from app.views.parts.field import Field
from app.views.parts.scale import ScaleField
from app.views.parts.text_area import TextArea
from app.views.parts.text_fields import DateField, TextField

__all__ = [
    "NO",
    "YES",
    "CheckField",
    "ChoiceField",
    "DateField",
    "Field",
    "Option",
    "ScaleField",
    "TextArea",
    "TextField",
]
