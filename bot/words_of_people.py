"""Words by which people tell the bot something; they count with tone marks and without, in both cases and widths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from bot.folding import fits, plain

# What the person wants → how people say it, in either language, whatever language the form is in.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "back": ("quay lại", "trở lại", "lùi lại", "câu trước", "back", "go back", "previous"),
    "pass": ("bỏ qua", "bỏ qua câu này", "bỏ qua câu hỏi này", "skip", "skip this question", "pass"),
    "stop": (
        *("dừng", "dừng lại", "ngừng", "ngừng lại", "huỷ", "huỷ bỏ", "thoát", "tôi muốn dừng", "tôi muốn dừng lại"),
        *("stop", "cancel", "quit", "unsubscribe"),
    ),
    "erase": ("xoá", "xoá hết", "xoá dữ liệu", "xoá câu trả lời", "delete", "delete everything", "erase"),
    "help": ("trợ giúp", "giúp", "giúp đỡ", "hướng dẫn", "help"),
    "speak": ("ngôn ngữ", "đổi ngôn ngữ", "language", "languages", "change language"),
    "web": ("web", "trang web", "trên web", "trên mạng", "trên trang web", "trả lời trên trang web", "website"),
    "show": ("tiếp", "tiếp tục", "làm tiếp", "trả lời tiếp", "hiện lại", "continue", "resume", "go on"),
}
# Where the answer is in the person's own words, these may be one.
ALSO_ANSWERS = frozenset(
    ("trang web", "trên web", "trên mạng", "trên trang web", "website", "pass", "giúp", "giúp đỡ", "hướng dẫn", "thoát")
)
SIGNS: Mapping[str, str] = {"0": "back", "<": "back", "<<": "back", "←": "back", "?": "help", "-": "pass", "--": "pass"}
SLASHES: Mapping[str, str] = {
    **dict.fromkeys(("back", "quaylai", "lui"), "back"),
    **dict.fromkeys(("skip", "boqua"), "pass"),
    **dict.fromkeys(("stop", "dung", "dunglai", "huy", "cancel"), "stop"),
    **dict.fromkeys(("xoa", "delete", "erase"), "erase"),
    **dict.fromkeys(("help", "trogiup", "huongdan"), "help"),
    **dict.fromkeys(("ngonngu", "language", "lang"), "speak"),
    **dict.fromkeys(("web", "trangweb"), "web"),
    **dict.fromkeys(("tiep", "tieptuc", "continue", "resume"), "show"),
    **dict.fromkeys(("batdau", "begin"), "begin"),
}
TONGUE_NAMES: Mapping[str, str] = {"vietnamese": "vi", "tiếng việt": "vi", "english": "en", "tiếng anh": "en"}

BEGIN = ("bắt đầu", "begin", "start", "ok", "oke", "okay", "đồng ý", "tôi đồng ý", "có", "yes", "vâng", "dạ", "i agree")
REFUSE = ("không", "không đồng ý", "tôi không đồng ý", "no", "no thanks", "i do not agree")
DONE = ("xong", "done", "ok", "oke", "okay")
YES = ("có", "đúng", "ừ", "vâng", "rồi", "có rồi", "dạ", "phải", "yes", "y", "yeah", "yep")
NO = ("không", "ko", "k", "kh", "không có", "chưa", "chưa có", "no", "n", "nope")
NOT_APPLICABLE = ("na", "n a", "kad", "không áp dụng", "not applicable")
OTHERS = ("khác", "cái khác", "other", "another")

COUNT = "một one, hai two, ba three, bốn tư four, năm lăm five, sáu six, bảy bẩy seven, tám eight, chín nine, mười ten"
COUNTED: Mapping[str, int] = {
    word: number for number, words in enumerate(COUNT.split(","), start=1) for word in words.split()
}
# What may stand before a number, and courtesies that say nothing.
BEFORE_NUMBERS = (
    "số",
    "mức",
    "mức độ",
    "mức số",
    "phương án",
    "đáp án",
    "lựa chọn",
    "ý số",
    "number",
    "option",
    "level",
)
COURTESY_BEFORE = ("dạ", "tôi", "em", "thấy", "chọn", "xin", "tôi chọn", "em chọn", "i choose")
COURTESY_AFTER = ("ạ", "nhé", "nha", "nhe", "please")

# Words that turn a meaning round or change its degree. A part of a label that leaves one of them out is another answer:
# "hài lòng" is not "chưa hài lòng", nor is it "rất hài lòng".
TURNING_BEFORE = frozenset(
    (
        *("không", "chưa", "chẳng", "đừng", "kém", "ít", "hơi", "rất", "khá", "quá", "hoàn", "tương", "cực", "hiếm"),
        *("dưới", "trên", "trước", "sau", "ngoài", "trừ", "hơn", "thiếu", "bất", "phi", "vô", "mọi", "không phải"),
        *("not", "no", "never", "none", "nor", "neither", "less", "least", "more", "most", "very", "quite", "slightly"),
        *("fairly", "rather", "too", "strongly", "somewhat", "partly", "completely", "under", "over", "above", "below"),
        *("before", "after", "without", "except", "hardly", "rarely", "seldom", "non", "un", "dont", "didnt", "isnt"),
        *("wasnt", "cannot", "cant", "wont", "havent", "hasnt", "doesnt", "bad", "poorly", "extremely", "highly"),
    )
)
TURNING_AFTER = frozenset(
    (
        *("không", "chưa", "chẳng", "nhưng", "phần", "lắm", "ít", "trừ", "kém", "song", "tuy"),
        *("not", "never", "no", "but", "except", "partly", "somewhat", "without", "only", "hardly", "unless", "dont"),
    )
)
# Words that say too little by themselves to be a part of a label.
TOO_LITTLE = (
    TURNING_BEFORE | TURNING_AFTER | frozenset(("khác", "other", "another", "có", "yes", "một", "những", "the"))
)


def among(typed: str, words: Iterable[str]) -> str | None:
    """The one of these words that was typed, with its marks or fewer; an exact one goes before any other.

    >>> among("dung lai", COMMANDS["stop"]), among("đúng", COMMANDS["stop"]), among("xóa", COMMANDS["erase"])
    ('dừng lại', None, 'xoá')
    """
    found = [word for word in words if fits(typed, word)]
    return typed if typed in found else found[0] if found else None


def command_words(typed: str) -> tuple[str, str] | None:
    """The command that these words are, and the words as the table has them."""
    return next(((name, words) for name, words in by_plain().get(plain(typed), ()) if fits(typed, words)), None)


@cache
def by_plain() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The words of commands without their marks, each with the commands that they may be."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, known in COMMANDS.items():
        for words in known:
            found[plain(words)] = (*found.get(plain(words), ()), (name, words))
    return found
