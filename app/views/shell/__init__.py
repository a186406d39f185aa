# SPDX-License-Identifier: MPL-2.0
"""The window itself: what stays while screens come and go, and what is shown when there is no screen to show."""
