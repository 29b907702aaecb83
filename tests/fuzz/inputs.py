"""Inputs that hypothesis makes: any bytes, any text, and texts that look like a newspaper until one looks twice."""

from __future__ import annotations

from hypothesis import strategies as st

# Pieces that the rules look for, whole and cut short, and what stands between them.
PIECES = (
    "本报讯",
    "本报讯（记者 王五）",
    "【本报訊】",
    "新华社北京1月24日电",
    "据新华社",
    "（记者",
    "本报记者 李四 通讯员 赵六",
    "张　娅",
    "文/图",
    "摄影报道",
    "图为",
    "左图：",
    "责编：王五 版式：李四",
    "第3版 要闻",
    "2020年1月24日 星期五",
    "下转第四版",
    "上接第一版",
    "热线电话：0393-1234567",
    "从 复 工 到 满 产",
    "——记一位老人",
    "□ ",
    "◎",
    "全力以“ ”换全力以“稳”",
    "一、",
    "（一）",
    "1.",
    "3 9 6 6 1 2 0",
    "40 万吨/年",
    "COVID-19",
    "昨日，园区全面复工。",
    "老人过马路，众人让行",
    "，",
    "。",
    "“",
    "”",
    "（",
    "）",
    "《",
    "》",
    "—",
    "…",
    " ",
    "\u3000",
    "\t",
    "        ",
    "\n",
    "\n\n",
    "\r\n",
    "\f",
)

_LINES = st.lists(
    st.lists(
        st.sampled_from(PIECES) | st.text("的一是在不了有和人这，。“”（）1 ", min_size=1, max_size=18), max_size=5
    ).map("".join),
    max_size=24,
)
_PRESS = st.builds(
    lambda lines, end, times: end.join(lines * times),
    _LINES,
    st.sampled_from(("\n", "\r\n", "\n\n", "\r")),
    st.sampled_from((1, 1, 1, 3)),
)
_ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from(" \n第记者张王五\udcff\ufeff\r\x00"), max_size=80)
_ENCODED = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    _PRESS,
    st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16", "utf-16-be")),
)
_SPOILT = st.builds(
    lambda data, extra, at: data[:at] + extra + data[at:], _ENCODED, st.binary(max_size=4), st.integers(0, 200)
)

INPUTS: st.SearchStrategy[bytes | str] = st.one_of(
    _PRESS, _PRESS, _ENCODED, _SPOILT, _ANY_TEXT, st.binary(max_size=120)
)
