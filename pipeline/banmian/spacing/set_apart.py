"""What print sets apart by white space: the names of a byline, what follows a dateline or a number."""

from __future__ import annotations

import re

from banmian.grammar.bylines import stands_apart
from banmian.spacing.white import BREAK, RUN, UNSEEN, WHITE, H, W

# How far behind a line break the bracket of a sign-off may open: six names and the spaces between them.
SIGN_OFF_REACH = 40
LONGEST_APART = 40  # a line that says where somebody works, and the name
EDGE = f"(?:^|(?<={W}))"
_ROLE = "记者|通讯员|讯员|通信员|摄影|撰稿|编译|编辑|责编|版式|校对|美编|组版|文/图|图/文"
_NAME = rf"(?:{H}{{2,8}}(?:记者|通讯员)|{H}{{1,4}})(?={W}|[、）)（(/／]|$)"
_SLASH = rf"(?:{W}+{H}[/／]{H})?"
# Names that a byline has before its role. Without a bound, a line of nothing but short words takes time that grows with
# the square of its length: each of them could begin a byline that goes on to the end.
MOST_NAMES = 24
# Names that stand in the order of a byline: after a role (also the end of one that a line break cut), before one, and
# before what its owner did.
_CREDITS = (
    re.compile(rf"(?:{_ROLE}|^[者员](?={W}+{H}{{2,3}}(?:{W}|[）)])))(?:{W}+{_NAME})+{_SLASH}"),
    re.compile(
        rf"(?:(?:{EDGE}|(?<=[（(])){H}{{1,4}}{W}+){{1,{MOST_NAMES}}}(?:本报|新华社|特约|见习|实习)?(?:通讯员|记者|(?<={H}{{2}}{W})通讯?$|{H}[/／]{H})"
    ),
    re.compile(rf"{EDGE}(?:{H}{{1,4}}{W}+){{1,5}}{H}{{1,3}}(?:摄影报道?|摄影|摄|整理|供图)(?=$|[（({WHITE}])"),
)
# （张 娅整理）, （执笔：张 娅）
_NAME_IN_BRACKET = re.compile(rf"[（(：:](?P<name>{H}{W}+{H}(?:参与采写|整理|编译|报道|摄|文|绘)?)[）)]")
# （杨萍 李四）, also across the end of a line.
_SIGN_OFF = re.compile(rf"[（(]{H}{{1,4}}(?:[{WHITE}{UNSEEN}{BREAK}]+{H}{{1,4}}){{1,6}}(?:摄影报道|摄影|摄|整理)?[）)]")
# 新华社北京1月17日电, and the same cut by a line break before 日 or 电.
_DATELINE = re.compile(rf"(?:(?:日|^{W}*|(?:本报|新华社)(?:{H}{{2,6}})?)电|(?:本报|本台)讯(?!{W}+[（(]))(?P<gap>{W}+)")
# 第三条, 第二章, and the number of the page (04 园区): what follows stands apart.
_NUMBERED = re.compile(rf"{W}*(?:第[一二三四五六七八九十百零〇0-9]{{1,5}}[编章节条]|0{W}?[1-9])(?P<gap>{W}+)(?={H})")


def behind_datelines(text: str, start: int, end: int) -> list[int]:
    """Where the white space begins that stands after a dateline."""
    line = text[start:end]
    if "电" not in line and "讯" not in line:
        return []
    return [start + match.start("gap") for match in _DATELINE.finditer(line)]


def behind_numbers(text: str, start: int, end: int) -> list[int]:
    """Where the white space begins that stands after the number of an article of law, or of the page."""
    number = _NUMBERED.match(text[start:end])
    return [start + number.start("gap")] if number is not None else []


def between_names(text: str, start: int, end: int) -> frozenset[int]:
    """Where the white space of a cell begins that stands between names."""
    cell = text[start:end]
    if len(cell) <= LONGEST_APART and stands_apart(" ".join(cell.split())):
        return frozenset(run.start() for run in RUN.finditer(text, start, end))
    spans = [(start + match.start(), start + match.end()) for pattern in _CREDITS for match in pattern.finditer(cell)]
    spans += [(start + match.start("name"), start + match.end("name")) for match in _NAME_IN_BRACKET.finditer(cell)]
    bracket = max(text.rfind(mark, max(0, start - SIGN_OFF_REACH), end) for mark in "（(")
    if bracket >= 0 and (sign_off := _SIGN_OFF.match(text, bracket)):
        spans.append(sign_off.span())
    return frozenset(run.start() for a, b in spans for run in RUN.finditer(text, a, b))
