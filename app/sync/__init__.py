# SPDX-License-Identifier: MPL-2.0
"""The shared database: its schema and rights, and the road to and from it. psycopg is spoken here and nowhere else."""
