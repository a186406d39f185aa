# SPDX-License-Identifier: MPL-2.0
"""What is typed in the search field, as SQL: whom the words are found of, or the case that goes by a number.

Used by `caseload.py`, and so on the start's path. What there is to find is kept by `search_index.py`.
"""

from __future__ import annotations

from app.domain.names import case_number_in


def numbered(text: str, args: dict[str, object]) -> str:
    """The condition on a line `l` that it has the case number that is typed, now or before; "" where it is none."""
    number = case_number_in(text)
    if not number:
        return ""
    args["number"] = number
    before = "SELECT id FROM rec_case WHERE number = :number AND renumbered <> ''"
    return f"(l.number = :number OR l.case_id IN ({before}))"


def found_of(terms: tuple[str, ...], args: dict[str, object]) -> str:
    """The SQL of whom every term is found of: by trigram where it has three signs or more, else at the start of a word."""
    long = [term for term in terms if len(term) >= 3]
    sql = "SELECT x.citizen_id, x.folded, x.same FROM search_text x WHERE 1"
    if long:
        sql = (
            "SELECT x.citizen_id, x.folded, x.same FROM search_fts JOIN search_text x ON x.n = search_fts.rowid"
            " WHERE search_fts MATCH :fits"
        )
        args["fits"] = " AND ".join(f'"{term}"' for term in long)
    for n, term in enumerate(term for term in terms if len(term) < 3):
        args[f"s{n}"] = term
        sql += f" AND (' ' || x.folded LIKE '% ' || :s{n} || '%' OR ' ' || x.digits LIKE '% ' || :s{n} || '%')"
    return sql
