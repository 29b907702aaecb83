"""Parquet: one row an article, with typed columns; lists of people, blocks and flags stay lists.

For data frames and query engines (pandas, Polars, DuckDB). Columns are those of JSON Lines, but for the spans of heads;
`text` is added, the paragraphs and subheads one a line. What could not be decoded is U+FFFD. The same issue gives the
same bytes with the same version of pyarrow, whose name stands in the file. Needs pyarrow: `pip install
banmian[parquet]`.
"""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from banmian import __version__
from banmian.chains import chains, whole
from banmian.formats.records import body_text, record
from banmian.formats.text import writable
from banmian.model import Issue


def _struct(**kinds: Any) -> Any:
    return pa.struct([pa.field(name, kind) for name, kind in kinds.items()])


_SPANS = pa.list_(_struct(start=pa.int32(), end=pa.int32()))

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("issue", pa.string(), nullable=False),
        ("paper", pa.string()),
        ("date", pa.string()),
        pa.field("page", pa.string(), nullable=False),
        ("number", pa.string()),
        (
            "parts",
            pa.list_(_struct(page=pa.string(), number=pa.string(), article=pa.string(), confidence=pa.float64())),
        ),
        ("kicker", pa.string()),
        ("headline", pa.string()),
        ("deck", pa.string()),
        ("byline", pa.string()),
        (
            "dateline",
            _struct(
                text=pa.string(),
                agency=pa.string(),
                place=pa.string(),
                date=pa.string(),
                kind=pa.string(),
                abridged=pa.bool_(),
            ),
        ),
        ("people", pa.list_(_struct(name=pa.string(), role=pa.string()))),
        pa.field("text", pa.string(), nullable=False),
        (
            "blocks",
            pa.list_(_struct(role=pa.string(), text=pa.string(), page=pa.string(), joins=pa.bool_(), spans=_SPANS)),
        ),
        pa.field("confidence", pa.float64(), nullable=False),
        ("flags", pa.list_(_struct(kind=pa.string(), note=pa.string(), page=pa.string(), spans=_SPANS))),
    ],
    metadata={"banmian.schema": "banmian.article/1", "banmian.version": __version__},
)


def dumps(issue: Issue) -> bytes:
    """The articles of an issue as a Parquet file; without articles it has its columns and no rows."""
    rows = []
    for chain in chains(issue):
        row = record(issue, chain) | {"text": body_text(whole(chain))}
        for part in (*row["blocks"], *row["flags"]):
            part["spans"] = [{"start": start, "end": end} for start, end in part["spans"]]
        for block in row["blocks"]:
            block.setdefault("page", None)
            block.setdefault("joins", False)
        rows.append(_writable(row))
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), out, compression="zstd")
    return out.getvalue()


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items()}
    return [_writable(item) for item in value] if isinstance(value, list) else value
