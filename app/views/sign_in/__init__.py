# SPDX-License-Identifier: MPL-2.0
"""Showing who one is: sign in, lock, pass the pen, the first start, and the ways out of a forgotten password."""
