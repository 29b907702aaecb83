"""A made page, as long as one likes: invented news, set in columns. The same on any machine."""

from __future__ import annotations

import random

# What stories are made of. Everything is invented; the sentences only have to look like sentences to the rules.
PLACES = ("青石", "柳河", "白沙", "云岭", "东湾", "三桥", "红柳滩", "北仓", "南渡", "石门")
UNITS = (
    "工业园区",
    "中心小学",
    "供水公司",
    "交通运输局",
    "新村社区",
    "人民医院",
    "农技站",
    "图书馆",
    "老年大学",
    "消防队",
)
PEOPLE = ("周明远", "沈一", "许小满", "韩松", "顾春来", "丁文", "陆长河", "宋佳音")
DOINGS = ("组织了", "新建了", "检查了", "开放了", "修好了", "举办了", "推出了", "启用了", "改造了", "验收了")
THINGS = (
    "两条灌溉水渠",
    "一座便民书屋",
    "三处停车场",
    "冬季安全培训",
    "义诊活动",
    "一批节能路灯",
    "夜间公交",
    "旧管网",
    "春耕农机",
)
ENDS = (
    "，受到居民欢迎。",
    "，共有二百多人参加。",
    "。",
    "，工期比计划提前了10天。",
    "，投入资金36万元。",
    "，这项工作将持续到年底。",
)
LABELS = ("本报讯（记者 {}）", "本报{}讯 ", "")
COLUMNS, DEPTH = 5, 40  # columns that are mixed, and their lines
MEASURE = 13  # characters to a line, as in a column of a daily


def page(lines: int, seed: int = 1) -> str:
    """A page of so many lines: stories one after another, each with its head and some paragraphs."""
    chance = random.Random(seed)
    out: list[str] = []
    while len(out) < lines:
        out += story(chance)
    return "\n".join(out[:lines]) + "\n"


def mixed(lines: int, seed: int = 1) -> str:
    """The same page, read across: on each stretch of it, one line of every column in turn."""
    one = page(lines, seed).splitlines(keepends=True)
    stretches = [one[at : at + COLUMNS * DEPTH] for at in range(0, len(one), COLUMNS * DEPTH)]
    depths = [-(-len(some) // COLUMNS) for some in stretches]
    return "".join(line for some, n in zip(stretches, depths, strict=True) for row in range(n) for line in some[row::n])


def story(chance: random.Random) -> list[str]:
    """The lines of a story."""
    place, unit, thing = chance.choice(PLACES), chance.choice(UNITS), chance.choice(THINGS)
    head = f"{place}{unit}{chance.choice(DOINGS)}{thing}"
    label = chance.choice(LABELS).format(chance.choice(PEOPLE))
    paragraphs = [label + "".join(sentence(chance, place, unit) for _ in range(chance.randint(2, 4)))]
    more = chance.randint(1, 4)
    paragraphs += ["".join(sentence(chance, place, unit) for _ in range(chance.randint(1, 4))) for _ in range(more)]
    lines = [head]
    for text in paragraphs:
        first, rest = text[: MEASURE - 2], text[MEASURE - 2 :]  # the first line is set in by two
        lines += [first, *(rest[at : at + MEASURE] for at in range(0, len(rest), MEASURE))]
    return lines


def sentence(chance: random.Random, place: str, unit: str) -> str:
    """A sentence about a place."""
    who = chance.choice((f"{place}{unit}", f"{unit}的{chance.choice(PEOPLE)}", f"{chance.randint(2, 28)}日，{place}"))
    return f"{who}{chance.choice(DOINGS)}{chance.choice(THINGS)}{chance.choice(ENDS)}"
