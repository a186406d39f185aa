# SPDX-License-Identifier: MPL-2.0
"""The one entrance (A9): a new citizen, with a name alone if that is all there is."""
