"""What newspaper lines say: bylines, captions, furniture, rubrics, jumps and the like, as pure functions on strings.

Each function takes the text of a line or a paragraph as it reads now and gives a frozen value with offsets into that
text, or None. They know one text at a time and nothing of the page, so they tell how sure the words alone make them.
The patterns are data, in `banmian.rules`.
"""

from banmian.grammar.broken_bylines import opens_byline
from banmian.grammar.bylines import Byline, parse_byline
from banmian.grammar.captions import Caption, caption, is_credit
from banmian.grammar.datelines import Opening, is_closing, is_opening, opens_story, parse_closing, parse_opening
from banmian.grammar.furniture import Guess, furniture_role
from banmian.grammar.jumps import Jump, find_jump, find_jumps
from banmian.grammar.kickers import introduces
from banmian.grammar.names import is_name, read_names
from banmian.grammar.notes import is_note
from banmian.grammar.places import PlaceName, place_name
from banmian.grammar.rubrics import ends_with_rubric, is_rubric, is_title_of_briefs

__all__ = [
    "Byline",
    "Caption",
    "Guess",
    "Jump",
    "Opening",
    "PlaceName",
    "caption",
    "ends_with_rubric",
    "find_jump",
    "find_jumps",
    "furniture_role",
    "introduces",
    "is_closing",
    "is_credit",
    "is_name",
    "is_note",
    "is_opening",
    "is_rubric",
    "is_title_of_briefs",
    "opens_byline",
    "opens_story",
    "parse_byline",
    "parse_closing",
    "parse_opening",
    "place_name",
    "read_names",
]
