# SPDX-License-Identifier: MPL-2.0
"""The record: every kind and every field of it, declared once, with pen, audience, merge policy and term code."""
