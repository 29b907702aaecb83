"""Captions find their stories: by where they stand, by what they are about, and by what stories have a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from banmian.geometry.frame import hull
from banmian.geometry.stories.drafts import HEADS, Draft, Part, distance
from banmian.grammar.captions import is_credit
from banmian.language.topics import Topics, common_direction, subjects, topic_vectors
from banmian.model import Block, Role
from banmian.reading.links.survey import text_of
from banmian.reading.stories.captions import SHORT_TITLE_LENGTH, about_the_same

# What speaks for a story having a caption, in nats: a choice among all stories of the page (a conditional logit) that
# was fitted to 276 captions of printed pages. It is right for 0.86 of them (0.67 when the nearest story had each), for
# 0.87 and 0.91 of those of other stories, and for all 48 of dev; of captions with words for 0.93 and 0.94 of those of
# other stories, where sharing pairs of characters instead of being about the same had 0.82 and 0.85.
AWAY = -0.09  # times em between both
INSIDE = 2.4  # the caption stands in the outline of the story
TOPIC = 0.4  # times the odds of being about the same as the paragraph of the story that is most like it
HEAD_TOPIC = 0.3  # times the odds of being about the same as its heads
FEW = (3.7, 3.7, 2.4, 2.4)  # the story has no paragraph, one, two, three: those of pictures are short
SHORT_TITLE = 1.05  # its heads are `SHORT_TITLE_LENGTH` characters or fewer


def give_captions(captions: Sequence[Part], drafts: Sequence[Draft], topics: Topics) -> list[Block]:
    """Put each caption into the body of the story that most speaks for; where there is no story, they are left."""
    placed = [draft for draft in drafts if draft.places]
    if not captions or not placed:
        return [block for part in captions for block in part.blocks]
    fixed = np.array([_by_itself(draft) for draft in placed])
    about = _about([_words(part) for part in captions], placed, topics)
    for part, words in zip(captions, about, strict=True):
        place = np.array([_by_place(part, draft) for draft in placed])
        placed[int(np.argmax(words + (place + fixed)))].body.append(part)
    return []


def _words(part: Part) -> str:
    """What a caption says; a credit is names, and says nothing."""
    return "".join(text for text in map(text_of, part.blocks) if not is_credit(text))


def _about(captions: Sequence[str], drafts: Sequence[Draft], topics: Topics) -> NDArray[np.float64]:
    """What speaks for each story by what captions are about, (captions, stories)."""
    if not any(captions):
        return np.zeros((len(captions), len(drafts)))
    heads = ["".join(text_of(block) for block in draft.text if block.role in HEADS) for draft in drafts]
    bodies = [[text_of(block) for block in draft.text if block.role is Role.PARAGRAPH] for draft in drafts]
    vectors = topic_vectors(topics, list(chain(*bodies)))
    common = common_direction(vectors)
    ends = list(accumulate((len(body) for body in bodies), initial=0))
    own = [range(*bounds) for bounds in pairwise(ends)]
    of_bodies, of_heads = about_the_same(captions, heads, own, subjects(vectors, common), common=common, topics=topics)
    found: NDArray[np.float64] = TOPIC * of_bodies.astype(np.float64) + HEAD_TOPIC * of_heads.astype(np.float64)
    return found


def _by_place(part: Part, draft: Draft) -> float:
    """What speaks for a story by where it and a caption stand."""
    outline = hull(draft.places)
    inside = outline.beside(part.place) > 0.8 * part.place.width and outline.level(part.place) > 0
    return AWAY * min(distance(part.place, place) for place in draft.places) / part.em + INSIDE * inside


def _by_itself(draft: Draft) -> float:
    """What speaks for a story having any picture at all."""
    paragraphs = sum(block.starts for block in draft.text if block.role is Role.PARAGRAPH)
    title = sum(len(text_of(block)) for block in draft.text if block.role in HEADS)
    few = FEW[paragraphs] if paragraphs < len(FEW) else 0.0
    return few + SHORT_TITLE * (0 < title <= SHORT_TITLE_LENGTH)
