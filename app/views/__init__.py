# SPDX-License-Identifier: MPL-2.0
"""Everything a person sees. One package per screen, and `parts` they are composed of."""
