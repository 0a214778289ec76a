"""Words by which people tell the bot something; they count with tone marks and without, in both cases and widths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from bot.folding import fits, plain, trimmed


def words(listed: str) -> tuple[str, ...]:
    """The words of a list with commas."""
    return tuple(part.strip() for part in listed.split(","))


# What the person wants → how people say it, in either language, whatever language the form is in.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "back": words("quay lại, trở lại, lùi lại, câu trước, back, go back, previous"),
    "pass": words("bỏ qua, bỏ qua câu này, bỏ qua câu hỏi này, skip, skip this question, pass"),
    "stop": words(
        "dừng, dừng lại, ngừng, ngừng lại, huỷ, huỷ bỏ, thoát, tôi muốn dừng, tôi muốn dừng lại, "
        "thôi, không trả lời nữa, không muốn trả lời nữa, đừng gửi nữa, đừng nhắn nữa, "
        "stop, cancel, quit, unsubscribe"
    ),
    "erase": words("xoá, xoá hết, xoá dữ liệu, xoá câu trả lời, delete, delete everything, erase"),
    "help": words("trợ giúp, giúp, giúp đỡ, hướng dẫn, help"),
    "speak": words("ngôn ngữ, đổi ngôn ngữ, language, languages, change language"),
    "web": words("web, trang web, trên web, trên mạng, trên trang web, trả lời trên trang web, website"),
    "show": words("tiếp, tiếp tục, làm tiếp, trả lời tiếp, hiện lại, continue, resume, go on"),
}
# Where the answer is in the person's own words, these may be one.
ALSO_ANSWERS = frozenset(
    words("trang web, trên web, trên mạng, trên trang web, website, pass, thôi, giúp, giúp đỡ, hướng dẫn")
)
SIGNS: Mapping[str, str] = {"0": "back", "<": "back", "<<": "back", "←": "back", "?": "help", "-": "pass", "--": "pass"}
SLASHES: Mapping[str, str] = {
    **dict.fromkeys(words("back, quaylai, lui"), "back"),
    **dict.fromkeys(words("skip, boqua"), "pass"),
    **dict.fromkeys(words("stop, dung, dunglai, huy, cancel"), "stop"),
    **dict.fromkeys(words("xoa, delete, erase"), "erase"),
    **dict.fromkeys(words("help, trogiup, huongdan"), "help"),
    **dict.fromkeys(words("ngonngu, language, lang"), "speak"),
    **dict.fromkeys(words("web, trangweb"), "web"),
    **dict.fromkeys(words("tiep, tieptuc, continue, resume"), "show"),
    **dict.fromkeys(words("batdau, begin"), "begin"),
}
TONGUE_NAMES: Mapping[str, str] = {"tiếng việt": "vi", "vietnamese": "vi", "tiếng anh": "en", "english": "en"}

BEGIN = words("bắt đầu, begin, start, ok, oke, okay, đồng ý, được, có, yes, vâng, vâng ạ, dạ, dạ vâng, i agree")
REFUSE = words("không, không đồng ý, no, no thanks, i do not agree")
DONE = words("xong, chọn xong, done, ok, oke, okay")
YES = words("có, đúng, đúng rồi, ừ, vâng, rồi, có rồi, dạ, phải, yes, y, yeah, yep")
NO = words("không, ko, k, kh, không có, chưa, chưa có, không phải, no, n, nope")
NOT_APPLICABLE = words("na, n a, kad, không áp dụng, not applicable")
OTHERS = words("khác, cái khác, other, another")

COUNT = "một one, hai two, ba three, bốn tư four, năm lăm five, sáu six, bảy bẩy seven, tám eight, chín nine, mười ten"
COUNTED: Mapping[str, int] = {word: n for n, same in enumerate(words(COUNT), start=1) for word in same.split()}
# What may stand before a number, and courtesies that say nothing.
BEFORE_NUMBERS = words("số, mức, mức độ, mức số, phương án, đáp án, lựa chọn, number, option, level")
COURTESY_BEFORE = words("dạ, tôi, em, thấy, chọn, xin")
COURTESY_AFTER = words("ạ, nhé, nha, nhe, please")

# Words that turn a meaning round or change its degree. A part of a label that leaves one of them out is another answer:
# "hài lòng" is not "chưa hài lòng", nor is it "rất hài lòng".
TURNING_BEFORE = frozenset(
    words(
        "không, chưa, chẳng, đừng, kém, ít, hơi, rất, khá, quá, hoàn, tương, cực, hiếm, dưới, trên, trước, sau, ngoài, "
        "trừ, hơn, thiếu, bất, phi, vô, mọi, not, no, never, none, nor, neither, less, least, more, most, very, quite, "
        "slightly, fairly, rather, too, strongly, somewhat, partly, completely, under, over, above, below, before, "
        "after, without, except, hardly, rarely, seldom, non, dont, didnt, isnt, wasnt, cannot, cant, wont, havent, "
        "hasnt, doesnt, poorly, extremely, highly"
    )
)
TURNING_AFTER = frozenset(
    words(
        "không, chưa, chẳng, nhưng, phần, lắm, ít, trừ, kém, song, tuy, "
        "not, never, no, but, except, partly, somewhat, without, only, hardly, unless, dont"
    )
)
BUT = frozenset(words("nhưng, song, trừ, but, except, unless"))
NEGATIONS = frozenset(words("không, chưa, chẳng, no, not, never, dont, didnt"))
# Words that say too little by themselves to be a part of a label, without their marks.
LITTLE = words("khác, other, another, có, yes, một, những, các, của, và, the, and, for, with")
TOO_LITTLE = frozenset(map(plain, (*TURNING_BEFORE, *TURNING_AFTER, *LITTLE)))


def among(typed: str, known: Iterable[str]) -> str | None:
    """The one of these words that was typed, with its marks or fewer; an exact one goes before any other.

    >>> among("dung lai", COMMANDS["stop"]), among("đúng", COMMANDS["stop"]), among("xóa", COMMANDS["erase"])
    ('dừng lại', None, 'xoá')
    """
    found = [word for word in known if fits(typed, word)]
    return typed if typed in found else found[0] if found else None


def without_courtesy(typed: str) -> str:
    """Folded words without the courtesies around them; as they are where nothing else is said.

    >>> without_courtesy("dạ, tôi chọn 4 ạ"), without_courtesy("dạ")
    ('4', 'dạ')
    """
    said = typed.split()
    while len(said) > 1 and among(trimmed(said[0]), COURTESY_BEFORE):
        said = said[1:]
    while len(said) > 1 and among(trimmed(said[-1]), COURTESY_AFTER):
        said = said[:-1]
    return " ".join(said)


def command_words(typed: str) -> tuple[str, str] | None:
    """The command that these words are, and the words as the table has them."""
    return next(((name, known) for name, known in by_plain().get(plain(typed), ()) if fits(typed, known)), None)


@cache
def by_plain() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The words of commands without their marks, each with the commands that they may be."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, known in COMMANDS.items():
        for said in known:
            found[plain(said)] = (*found.get(plain(said), ()), (name, said))
    return found
