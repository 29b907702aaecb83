"""banmian (版面): articles from the raw text of Chinese newspaper pages.

The public names, each imported when it is first used, so that `import banmian` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from banmian.chains import whole_articles as whole_articles
    from banmian.config import ConfigError as ConfigError
    from banmian.config import default_pipeline as default_pipeline
    from banmian.config import load_pipeline as load_pipeline
    from banmian.files import Refused as Refused
    from banmian.files import raw_page as raw_page
    from banmian.files import read as read
    from banmian.files import read_pages as read_pages
    from banmian.files import read_text as read_text
    from banmian.jumps import join_jumps as join_jumps
    from banmian.ledger import Damaged as Damaged
    from banmian.ledger import account as account
    from banmian.ledger import rebuild as rebuild
    from banmian.ledger import restore as restore
    from banmian.model import Article as Article
    from banmian.model import Block as Block
    from banmian.model import Issue as Issue
    from banmian.model import Line as Line
    from banmian.model import Page as Page
    from banmian.stage import Failed as Failed
    from banmian.stage import Layer as Layer
    from banmian.stage import Pipeline as Pipeline
    from banmian.stage import Stage as Stage
    from banmian.trace import Edit as Edit
    from banmian.trace import Span as Span
    from banmian.trace import Trace as Trace

__version__ = "0.1.0"

# Where each public name lives; by importance.
_HOMES = {
    "read": "files",
    "read_pages": "files",
    "read_text": "files",
    "raw_page": "files",
    "join_jumps": "jumps",
    "whole_articles": "chains",
    "default_pipeline": "config",
    "load_pipeline": "config",
    "Page": "model",
    "Article": "model",
    "Block": "model",
    "Line": "model",
    "Issue": "model",
    "Stage": "stage",
    "Layer": "stage",
    "Pipeline": "stage",
    "Failed": "stage",
    "Trace": "trace",
    "Span": "trace",
    "Edit": "trace",
    "rebuild": "ledger",
    "restore": "ledger",
    "account": "ledger",
    "ConfigError": "config",
    "Refused": "files",
    "Damaged": "ledger",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604  the names are those of the table above, all of them text


if not TYPE_CHECKING:  # a type checker that sees it takes any name for a public one

    def __getattr__(name: str) -> object:
        """Import a public name when it is first asked for (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module 'banmian' has no attribute {name!r}")
        value = getattr(import_module(f"banmian.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """All public names, imported or not."""
    return sorted(__all__)
