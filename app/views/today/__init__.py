# SPDX-License-Identifier: MPL-2.0
"""Today's page: what waits for one today, one's own caseload, and the search for anybody."""
