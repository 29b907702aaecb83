"""What a text is about, as a vector: whether a head belongs to a story, and a paragraph to the one before it.

A head often says in other words what its story says, and two paragraphs of one story need not share a single rare word.
So each text is also a bag of characters: the sum of one learnt vector for each of them. The cosine of two sums is
trained (see `topic_training`) to be high for a head and the paragraphs of its story, and for paragraphs near each other
in one story, and low for texts of different stories; scaled, it is the log odds that two texts are of one story.

Sums add: the vector of a whole story is the sum of the vectors of its paragraphs, that of a head the sum of kicker,
headline and deck. So a caller who weighs heads against growing stories makes the vectors of the paragraphs once:

>>> known = topics()
>>> head = topic_vectors(known, ["田里麦苗壮 农民春管忙"])
>>> farming = topic_vectors(known, ["今年小麦长势良好，农民正在田间管理。", "县里派出农技人员下乡指导春耕。"])
>>> sport = topic_vectors(known, ["球队在主场以三比一战胜对手，升至积分榜第二位。"])
>>> odds = head_topic_odds(head, np.stack([farming.sum(axis=0), sport.sum(axis=0)]))
>>> bool(odds[0, 0] > odds[0, 1] + 3)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from banmian.language import folding, resource
from banmian.language.folding import RARE, Symbols
from banmian.language.statistics import Odds

RESOURCE = Path(__file__).with_name("topics.bin")


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a cosine becomes odds (nats): `scale * cosine - length * (log of both lengths) + constant`.

    The vectors of long texts have high cosines even when they are strangers, those of short ones low ones even in one
    story; so the same cosine says more of short texts.
    """

    scale: float
    length: float
    constant: float

    def odds(self, cosines: Odds, lengths: Odds) -> Odds:
        """The odds of cosines; `lengths` are the sums of the logarithms of both lengths."""
        found: Odds = (self.scale * cosines - self.length * lengths + self.constant).astype(np.float32, copy=False)
        return found


# Fitted by logistic regression (`topic_measuring`) to a held-out month, with topics learnt without it: a head with the
# whole or with the first paragraph of its own story against the other stories of its page, a paragraph with the next of
# its story against those of the page's other stories. They hold no prior: true and wrong pairs count as equally many.
# All with the page given; without it odds come out about a nat higher.
HEAD = Calibration(scale=13.4, length=0.93, constant=-3.35)
BODY = Calibration(scale=13.2, length=1.0, constant=-2.2)
# Between these the logarithm of a length counts; 0 is a usual paragraph. Beyond the upper end a story is long enough
# for its cosine. Where the bound is hardly matters: true told from wrong heads 0.951 with 0.7, 0.950 with 1.
LENGTHS = (-2.0, 0.7)

# How much of the mean direction of the paragraphs of a page is taken off. Tried 0, 0.5, 0.8 and 1 (February 2019):
# headlines first by the first paragraph 0.76, 0.78, 0.79, 0.79; by the whole story 0.90, 0.90, 0.89, 0.88; next
# paragraphs told 0.919, 0.928, 0.924, 0.918.
COMMON_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """Vectors of characters, as `python -m banmian.language learn-topics` wrote them.

    Attributes:
        symbol_of: the symbol of each code point, see `folding`; shape (65537,).
        vectors: of each symbol, in steps; shape (symbols, DIMENSIONS). Those that say nothing are zero.
        step: makes the vector of a usual paragraph 1 long.
    """

    symbol_of: Symbols
    vectors: NDArray[np.int8]
    step: float

    @classmethod
    def load(cls, path: Path) -> Topics:
        """The topics of a file.

        Raises:
            banmian.language.resource.ResourceError: the file is of another kind.
            OSError: there is no such file.
        """
        arrays, settings = resource.read(path)
        return cls(arrays["symbol_of"], arrays["vectors"], settings["step"])


@cache
def topics(path: Path | None = None) -> Topics:
    """The topics that ship with the package, or those of a file; each is opened once a process."""
    return Topics.load(RESOURCE if path is None else path)


def topic_vectors(known: Topics, texts: Sequence[str]) -> Odds:
    """The sum of the vectors of the characters of each text; shape (len(texts), DIMENSIONS). Rows may be added."""
    if not texts:
        return np.zeros((0, known.vectors.shape[1]), np.float32)
    symbols = folding.symbols("".join(texts), known.symbol_of)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    said = (symbols > RARE) & (symbols < len(known.vectors))
    symbols, owners = symbols[said], owners[said]
    # Counts of the characters that occur at all, times their vectors: one small product of matrices.
    occurring = np.flatnonzero(np.bincount(symbols, minlength=len(known.vectors)))
    column_of = np.zeros(len(known.vectors), np.intp)
    column_of[occurring] = np.arange(len(occurring))
    shape = (len(texts), len(occurring))
    counts = np.bincount(owners * len(occurring) + column_of[symbols], minlength=shape[0] * shape[1])
    sums: Odds = counts.reshape(shape).astype(np.float32) @ known.vectors[occurring].astype(np.float32)
    return sums * np.float32(known.step)


@dataclass(frozen=True, slots=True, eq=False)
class Subjects:
    """Vectors of texts, prepared: texts that are compared again and again are prepared once.

    Attributes:
        directions: of length 1, less what the page has in common; shape (texts, DIMENSIONS).
        lengths: the logarithm of the length of each vector, between LENGTHS.
        spoken: whether a text has any character that says something.
    """

    directions: Odds
    lengths: Odds
    spoken: NDArray[np.bool_]

    def take(self, texts: NDArray[np.intp]) -> Self:
        """The texts at these indices."""
        return replace(self, directions=self.directions[texts], lengths=self.lengths[texts], spoken=self.spoken[texts])


def common_direction(page: Odds) -> Odds:
    """What the vectors of all paragraphs of a page have in common, as far as it is taken off; shape (DIMENSIONS,)."""
    if not len(page):
        return np.zeros(page.shape[1], np.float32)
    common: Odds = np.float32(COMMON_SHARE) * _units(page, _norms(page)).mean(axis=0)
    return common


def subjects(vectors: Odds, common: Odds) -> Subjects:
    """Texts prepared for comparing.

    Args:
        vectors: rows of `topic_vectors`, or sums of rows.
        common: what the page has in common (`common_direction`). It tells no story of the page from another.
    """
    norms = _norms(vectors)
    apart = _units(vectors, norms) - common
    low, high = np.exp(LENGTHS)
    lengths: Odds = np.log(np.clip(norms, low, high)).astype(np.float32)
    return Subjects(_units(apart, _norms(apart)), lengths, norms > 0)


def head_subject_odds(heads: Subjects, bodies: Subjects) -> Odds:
    """The odds that each head is that of each story, or paragraph; shape (len(heads), len(bodies))."""
    return _odds(HEAD, heads, bodies)


def body_subject_odds(lefts: Subjects, rights: Subjects) -> Odds:
    """The odds that each left paragraph and each right one are of the same story; shape (len(lefts), len(rights))."""
    return _odds(BODY, lefts, rights)


def paired_subject_odds(lefts: Subjects, rights: Subjects, *, heads: bool) -> Odds:
    """The odds that each text and the one of the same number are of one story; shape (texts,).

    Args:
        lefts: heads, or paragraphs.
        rights: stories, or paragraphs; as many.
        heads: whether the first are heads.
    """
    calibration = HEAD if heads else BODY
    products = np.einsum("td,td->t", lefts.directions, rights.directions)
    odds = calibration.odds(products, lefts.lengths + rights.lengths)
    spoken: Odds = np.where(lefts.spoken & rights.spoken, odds, 0).astype(np.float32)
    return spoken


def head_topic_odds(heads: Odds, bodies: Odds, page: Odds | None = None) -> Odds:
    """The odds that each head is that of each story, or paragraph; shape (len(heads), len(bodies)).

    Args:
        heads: rows of `topic_vectors`, or sums of rows.
        bodies: the same.
        page: the vectors of all paragraphs of the page. What they have in common then counts less; it tells no story
            of the page from another.
    """
    common = common_direction(heads[:0] if page is None else page)
    return head_subject_odds(subjects(heads, common), subjects(bodies, common))


def body_topic_odds(lefts: Odds, rights: Odds, page: Odds | None = None) -> Odds:
    """The odds that each left paragraph and each right one are of the same story; shape (len(lefts), len(rights)).

    Args:
        lefts: rows of `topic_vectors`, or sums of rows.
        rights: the same.
        page: as for `head_topic_odds`.
    """
    common = common_direction(lefts[:0] if page is None else page)
    return body_subject_odds(subjects(lefts, common), subjects(rights, common))


def _odds(calibration: Calibration, left: Subjects, right: Subjects) -> Odds:
    odds = calibration.odds(left.directions @ right.directions.T, left.lengths[:, None] + right.lengths)
    spoken: Odds = np.where(left.spoken[:, None] & right.spoken, odds, 0).astype(np.float32)
    return spoken


def _norms(vectors: Odds) -> Odds:
    """The length of each vector."""
    norms: Odds = np.linalg.norm(vectors, axis=1)
    return norms


def _units(vectors: Odds, norms: Odds) -> Odds:
    """The vectors in length 1; zero stays zero."""
    units: Odds = (vectors / np.where(norms > 0, norms, 1)[:, None]).astype(np.float32, copy=False)
    return units
