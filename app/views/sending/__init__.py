# SPDX-License-Identifier: MPL-2.0
"""The card of what leaves for other systems: copied field by field, told in FFB's terms, saved as files."""
