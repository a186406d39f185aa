# SPDX-License-Identifier: MPL-2.0
"""Qt plumbing without screens. May use the record's frozen dataclasses; must not know any screen."""
