# SPDX-License-Identifier: MPL-2.0
"""The ydelses- og kvalitetskatalog (F1, F2): what can be offered, and the next version of it."""
