# SPDX-License-Identifier: MPL-2.0
"""The adviser's own page: the cases one is asked on, what is shared of each, and one's advice."""
