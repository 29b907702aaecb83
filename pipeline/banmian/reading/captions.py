"""Captions find their stories: by where they stand, by their words, and by what stories have a picture.

A raw text has the pictures of a page nowhere, and a caption where the extractor came upon it: mostly right before the
text of its story or before its last paragraph, but often enough blocks behind it. The stories of pictures are short.
What speaks for each story of the page is added up, and the story with the most has the caption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.captions import is_credit
from banmian.language.topics import Topics, body_subject_odds, head_subject_odds, subjects, topic_vectors
from banmian.model import Role
from banmian.reading.drafts import Draft, Placed, blocks_behind
from banmian.reading.lexical import pair_codes, presence
from banmian.reading.links import text_of
from banmian.reading.links_bodies import Bodies

Floats = NDArray[np.float64]

# What speaks for a story having a caption, in nats: a choice among all stories of the page (a conditional logit) that
# was fitted to 1,566 captions of the pages for fitting and of printed ones. It is right for 0.93 of those on the pages
# for checking, 0.81 in other make-ups and 0.87 in other papers; without what the caption is about for 0.91, 0.79 and
# 0.86. Tried besides and worth nothing: what stands before the caption, a head behind it, signatures, datelines, the
# length of the story, one caption a story. Of a credit, which is names, where it stands must do (0.73).
SHARED = 6.9  # times the share of its pairs of characters that the story has
TOPIC = 0.9  # times the odds of being about the same as the paragraph of the story that is most like it
HEAD_TOPIC = 0.25  # times the odds of being about the same as its heads
EDGE = 3.7  # the first or the last block of the text of the story stands right behind it
BEHIND = -0.7  # times log(1 + blocks between the caption and the nearest block of the story before it)
SHORT_TITLE_LENGTH = 8  # characters


@dataclass(frozen=True, slots=True)
class Pictured:
    """What speaks for a story having any picture at all, in nats: the stories of pictures are short.

    Args:
        few: that it has no paragraph, one, two, and so on.
        short_title: that its heads are `SHORT_TITLE_LENGTH` characters or fewer.
    """

    few: tuple[float, ...]
    short_title: float

    def odds(self, paragraphs: int, title: int) -> float:
        """For a story with so many paragraphs and characters of heads."""
        few = self.few[paragraphs] if paragraphs < len(self.few) else 0.0
        return few + self.short_title * (0 < title <= SHORT_TITLE_LENGTH)


PICTURED = Pictured((2.6, 2.6, 1.8, 0.45), short_title=0.75)


def give_captions(placed: Placed, drafts: Sequence[Draft], bodies: Bodies, topics: Topics) -> None:
    """Give each caption to the story that most speaks for; a caption and the credit right behind it go together.

    Args:
        placed: the blocks, those of `drafts` among them.
        drafts: the stories.
        bodies: what the body blocks show.
        topics: of the language.
    """
    pictures = _pictures(placed)
    if not pictures or not drafts:
        return
    stories = [[*draft.heads, *draft.order] for draft in drafts]
    edges = [{*draft.order[:1], *draft.order[-1:]} for draft in drafts]
    fixed = np.array([_by_itself(placed, draft) for draft in drafts])
    alike = _alike(placed, [picture[0] for picture in pictures], drafts, bodies, topics)
    chosen: list[tuple[Draft, list[int]]] = []
    for picture, words in zip(pictures, alike, strict=True):
        after = placed.neighbour(picture[-1], 1, (Role.FOLIO, Role.CAPTION))
        beside = np.array([EDGE * (after in edge) for edge in edges])
        behind = np.array([blocks_behind(picture[0], story) for story in stories])
        score = fixed + beside + words + BEHIND * np.log1p(behind)
        chosen.append((drafts[int(np.argmax(score))], picture))
    for draft, picture in chosen:
        _place(placed, draft, picture)


def _pictures(placed: Placed) -> list[list[int]]:
    """The captions of each picture: one, or one and the credit right behind it."""
    pictures: list[list[int]] = []
    credit = True
    for i, block in enumerate(placed.blocks):
        if block.role is not Role.CAPTION:
            continue
        before, credit = credit, is_credit(" ".join(line.text for line in block.lines))
        if credit and not before and pictures[-1][-1] == i - 1:
            pictures[-1].append(i)
        else:
            pictures.append([i])
    return pictures


def _by_itself(placed: Placed, draft: Draft) -> float:
    """What speaks for a story having any picture at all."""
    paragraphs = sum(placed.blocks[i].starts for i in draft.order)
    title = sum(len(text_of(placed.blocks[i])) for i in draft.heads)
    return PICTURED.odds(paragraphs, title)


def _alike(placed: Placed, captions: Sequence[int], drafts: Sequence[Draft], bodies: Bodies, topics: Topics) -> Floats:
    """What the words of captions speak for each story, (captions, stories); names, as in credits, say nothing."""
    found = np.zeros((len(captions), len(drafts)))
    texts = [text_of(placed.blocks[i]) for i in captions]
    told = [row for row, text in enumerate(texts) if not is_credit(text)]
    if not told:
        return found
    stories = [[*draft.heads, *draft.order] for draft in drafts]
    codes, part = pair_codes([text_of(placed.blocks[i]) for story in stories for i in story])
    owner = np.repeat(np.arange(len(drafts)), [len(story) for story in stories])[part]
    heads = ["".join(text_of(placed.blocks[h]) for h in draft.heads) for draft in drafts]
    vectors = topic_vectors(topics, [*(texts[row] for row in told), *heads])
    about = subjects(vectors[: len(told)], bodies.common)
    of_heads = head_subject_odds(subjects(vectors[len(told) :], bodies.common), about).T
    of_blocks = body_subject_odds(about, bodies.subjects)
    rows = {i: row for row, i in enumerate(bodies.indices)}
    found[told] = HEAD_TOPIC * of_heads
    for story, draft in enumerate(drafts):
        if own := [rows[i] for i in draft.order if i in rows]:
            found[told, story] += TOPIC * of_blocks[:, own].max(axis=1)
    for row in told:
        found[row] += SHARED * shared_words(texts[row], codes, owner, len(drafts))
    return found


def shared_words(text: str, codes: NDArray[np.int64], owner: NDArray[np.int64], count: int) -> Floats:
    """The share of the pairs of characters of a caption that each story has; none of those of a credit.

    Args:
        text: of the caption.
        codes: the pairs of characters of the stories (`banmian.reading.lexical.pair_codes`).
        owner: the story that each is from.
        count: how many stories there are.
    """
    own = np.unique(pair_codes([text])[0])
    if not own.size or is_credit(text):
        return np.zeros(count)
    out: Floats = presence(codes, owner, count, own).mean(axis=1)
    return out


def _place(placed: Placed, draft: Draft, picture: Sequence[int]) -> None:
    """Put the captions of a picture into the body of a story, where they stand beside it."""
    before = placed.neighbour(picture[0], -1, (Role.FOLIO, Role.BYLINE))
    after = placed.neighbour(picture[-1], 1, (Role.FOLIO, Role.CAPTION))
    at = len(draft.order)
    if after in draft.order:
        at = draft.order.index(after)
    elif before in draft.order:
        at = draft.order.index(before) + 1
    for step, i in enumerate(picture):
        placed.place(draft, i, at + step)
