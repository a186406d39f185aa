# SPDX-License-Identifier: MPL-2.0
"""The meeting room: six steps over one record, a side for each pen, the citizen's paper between them."""
