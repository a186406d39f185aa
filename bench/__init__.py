# SPDX-License-Identifier: MPL-2.0
"""The measurements: each figure beside a floor taken in the same run. Nothing here is asserted; trust the ratios."""
