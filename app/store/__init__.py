# SPDX-License-Identifier: MPL-2.0
"""The encrypted local replica. Rows never leave this package: what comes out is frozen dataclasses."""
