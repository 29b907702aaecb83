"""Two stories that were written for the tests, and their heads."""

from __future__ import annotations

WALNUTS = (
    "青石峪的核桃挂满枝头，乡亲们一早就上山采收。合作社的货车停在村口，核桃装满一筐，就过一次秤。",
    "今年雨水好，核桃的个头比去年大。青石峪人算了一笔账，一亩核桃能多卖八百元。",
)
SINGERS = (
    "少年合唱团昨晚在县剧院登台，唱了十二首新歌。台下坐满了家长，掌声一次比一次响。",
    "合唱团成立才两年，团员都是县里的小学生，每个周末在少年宫排练。",
)
HEADS = ("青石峪核桃喜获丰收", "少年合唱团县剧院登台演出")
