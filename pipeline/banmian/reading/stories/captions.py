"""Captions find their stories: by where they stand, by what they are about, and by what stories have a picture.

A raw text has the pictures of a page nowhere, and a caption where the extractor came upon it: mostly right before the
text of its story or before its last paragraph, but often enough blocks behind it. The stories of pictures are short.
What speaks for each story of the page (`banmian.reading.stories.claims`):

- `shared words`: the share of the pairs of characters of the caption that the story has;
- `topic`: the odds of being about the same as the paragraph of the story that is most like it;
- `topic of heads`: the odds of being about the same as its heads;
- `edge`: the first or the last block of the text of the story stands right behind the caption;
- `behind`: log(1 + blocks between the caption and the nearest block of the story before it);
- `read far`, `read first`, `read last`: log(1 + lines) to the nearest block of the story, and to the first and the last
  of its text, as the extractor read them;
- `no or one paragraph`, `two paragraphs`, `three paragraphs`: the story has so many;
- `short title`: its heads are `SHORT_TITLE_LENGTH` characters or fewer.

Of a credit, which is names, its own words tell nothing; those of a story tell whether it has a picture:

- `credit, edge`, `credit, short title`: the same, once more, of credits;
- `credit, day`: the text opens with the day and no dateline (1月5日，游客在…);
- `credit, pointer`: it points at its picture (图为).

A story that has a credit has less of a claim to another. Without what a caption is about, 0.81 of those with words find
their story on printed pages of other make-ups, with it 0.90; of credits 0.74 did by where they stand, and 0.78 do.
Tried besides and worth nothing: what stands before the caption, a head behind it, signatures, bylines, the length of
the story, whether it has a caption that lacks its credit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.captions import is_credit, opens_with_day, points_at_picture
from banmian.language.statistics import Odds
from banmian.language.topics import Subjects, Topics, body_subject_odds, head_subject_odds, subjects, topic_vectors
from banmian.matching import best_pairs
from banmian.model import Role
from banmian.reading.lexical import pair_codes, presence
from banmian.reading.links.bodies import Bodies
from banmian.reading.links.survey import text_of
from banmian.reading.stories.claims import Claim, Evidence, worths
from banmian.reading.stories.drafts import Draft, Placed, blocks_behind, nearest

Floats = NDArray[np.float64]

SHORT_TITLE_LENGTH = 8  # characters
AGAIN = 0.85  # nats that each credit which a story has takes from its claim to another


def give_captions(placed: Placed, drafts: Sequence[Draft], bodies: Bodies, topics: Topics) -> None:
    """Give each caption to the story that most speaks for; a caption and the credit right behind it go together.

    Args:
        placed: the blocks, those of `drafts` among them.
        drafts: the stories.
        bodies: what the body blocks show.
        topics: of the language.
    """
    claims = caption_claims(placed, drafts, bodies, topics)
    if not claims:
        return
    worth = worths()["caption"]
    score = np.array([worth.of_stories(claim) for claim in claims])
    names = np.array([_is_credit(placed, claim.blocks[0]) for claim in claims])
    for claim, story in zip(claims, owners_of(score, names).tolist(), strict=True):
        _place(placed, drafts[story], claim.blocks)


def owners_of(score: Floats, names: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The story of each caption, (captions,): those of the credits are worth the most together.

    Args:
        score: (captions, stories) what speaks for each.
        names: (captions,) which are credits, nothing but names.
    """
    owners: NDArray[np.intp] = score.argmax(axis=1)
    if names.any():
        again = np.hstack([score[names] - AGAIN * count for count in range(int(names.sum()))])
        owners[names] = best_pairs(again)[1] % score.shape[1]
    return owners


def caption_claims(placed: Placed, drafts: Sequence[Draft], bodies: Bodies, topics: Topics) -> list[Claim]:
    """What speaks for each story having each caption; the arguments as for `give_captions`."""
    pictures = _pictures(placed) if drafts else []
    if not pictures:
        return []
    stories = [[*draft.heads, *draft.order] for draft in drafts]
    edges = [{*draft.order[:1], *draft.order[-1:]} for draft in drafts]
    paragraphs = np.array([sum(placed.blocks[i].starts for i in draft.order) for draft in drafts])
    titles = np.array([sum(len(text_of(placed.blocks[i])) for i in draft.heads) for draft in drafts])
    by_itself: Evidence = {
        "no or one paragraph": paragraphs <= 1,
        "two paragraphs": paragraphs == 2,
        "three paragraphs": paragraphs == 3,
        "short title": (titles > 0) & (titles <= SHORT_TITLE_LENGTH),
    }
    credit = [_is_credit(placed, picture[0]) for picture in pictures]
    nothing: Evidence = dict.fromkeys(_OF_CREDITS, np.zeros(len(drafts)))
    of_credits = _of_credits(placed, drafts, by_itself) if any(credit) else nothing
    alike = _alike(placed, [picture[0] for picture in pictures], drafts, bodies, topics)
    found = []
    for picture, words, names in zip(pictures, alike, credit, strict=True):
        after = placed.neighbour(picture[-1], 1, (Role.FOLIO, Role.CAPTION))
        behind = np.log1p([blocks_behind(picture[0], story) for story in stories])
        away = placed.lines_away(picture)
        edge = np.array([after in edge for edge in edges])
        beside: Evidence = {
            "edge": edge,
            "behind": behind,
            "read far": [nearest(away, story) for story in stories],
            "read first": [nearest(away, draft.order[:1]) for draft in drafts],
            "read last": [nearest(away, draft.order[-1:]) for draft in drafts],
            "credit, edge": edge & names,
            **(of_credits if names else nothing),
        }
        found.append(Claim("caption", tuple(picture), {**words, **beside, **by_itself}))
    return found


_OF_CREDITS = ("credit, short title", "credit, day", "credit, pointer")


def _of_credits(placed: Placed, drafts: Sequence[Draft], by_itself: Evidence) -> Evidence:
    """What stories tell of whether they have a picture, which is asked for credits alone."""
    texts = ["".join(text_of(placed.blocks[i]) for i in draft.order) for draft in drafts]
    days, pointers = [opens_with_day(text) for text in texts], [points_at_picture(text) for text in texts]
    return dict(zip(_OF_CREDITS, (by_itself["short title"], days, pointers), strict=True))


def _is_credit(placed: Placed, i: int) -> bool:
    """Whether a caption is nothing but names."""
    return is_credit(" ".join(line.text for line in placed.blocks[i].lines))


def _pictures(placed: Placed) -> list[list[int]]:
    """The captions of each picture: one, or one and the credit right behind it."""
    pictures: list[list[int]] = []
    credit = True
    for i, block in enumerate(placed.blocks):
        if block.role is not Role.CAPTION:
            continue
        before, credit = credit, _is_credit(placed, i)
        if credit and not before and pictures[-1][-1] == i - 1:
            pictures[-1].append(i)
        else:
            pictures.append([i])
    return pictures


def _alike(
    placed: Placed, captions: Sequence[int], drafts: Sequence[Draft], bodies: Bodies, topics: Topics
) -> list[dict[str, Floats]]:
    """What the words of captions say of each story, those of each caption by name; names (credits) say nothing."""
    texts = ["" if is_credit(text) else text for text in (text_of(placed.blocks[i]) for i in captions)]
    if not any(texts):
        return [dict.fromkeys(("shared words", "topic", "topic of heads"), np.zeros(len(drafts))) for _ in texts]
    stories = [[*draft.heads, *draft.order] for draft in drafts]
    codes, part = pair_codes([text_of(placed.blocks[i]) for story in stories for i in story])
    owner = np.repeat(np.arange(len(drafts)), [len(story) for story in stories])[part]
    heads = ["".join(text_of(placed.blocks[h]) for h in draft.heads) for draft in drafts]
    rows = {i: row for row, i in enumerate(bodies.indices)}
    own = [[rows[i] for i in draft.order if i in rows] for draft in drafts]
    of_bodies, of_heads = about_the_same(texts, heads, own, bodies.subjects, common=bodies.common, topics=topics)
    return [
        {
            "shared words": _shared_words(text, codes, owner, len(drafts)),
            "topic": of_bodies[row],
            "topic of heads": of_heads[row],
        }
        for row, text in enumerate(texts)
    ]


def about_the_same(
    captions: Sequence[str],
    heads: Sequence[str],
    own: Sequence[Sequence[int]],
    bodies: Subjects,
    *,
    common: Odds,
    topics: Topics,
) -> tuple[Odds, Odds]:
    """The odds that captions and stories are about the same, shape (captions, stories) each; 0 for empty texts.

    Args:
        captions: their words.
        heads: those of each story.
        own: the paragraphs of each story, as rows of `bodies`.
        bodies: the paragraphs of the page.
        common: what these have in common (`banmian.language.topics.common_direction`).
        topics: of the language.

    Returns:
        By the paragraph of the story that is most like the caption, and by the heads of the story.
    """
    vectors = np.split(topic_vectors(topics, [*captions, *heads]), [len(captions)])
    of_captions, of_heads = (subjects(part, common) for part in vectors)
    odds = body_subject_odds(of_captions, bodies)
    nothing = np.zeros(len(captions), np.float32)
    likest = [odds[:, list(rows)].max(axis=1) if rows else nothing for rows in own]
    return np.stack(likest, axis=1), head_subject_odds(of_heads, of_captions).T


def _shared_words(text: str, codes: NDArray[np.int64], owner: NDArray[np.int64], count: int) -> Floats:
    """The share of the pairs of characters of a caption that each story has.

    Args:
        text: of the caption.
        codes: the pairs of characters of the stories (`banmian.reading.lexical.pair_codes`).
        owner: the story that each is from.
        count: how many stories there are.
    """
    own = np.unique(pair_codes([text])[0])
    if not own.size:
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
