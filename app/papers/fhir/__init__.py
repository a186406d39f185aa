# SPDX-License-Identifier: MPL-2.0
"""A case as a FHIR R4 bundle after KL's guide for reporting FFB (domain § 2.3): codes and dates, never a free text.

`bundle` makes it of a case, `table` says what the guide allows of each profile, `check` holds one against the other before it
leaves. Plain JSON: no library has R4 itself (domain § 2.5). Must not know where it is written, or of screens.
"""
