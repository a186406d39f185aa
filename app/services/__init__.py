# SPDX-License-Identifier: MPL-2.0
"""One function for each thing a user does: a named step, undoable where that is right. Called on the database lane."""
