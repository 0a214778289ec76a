"""However words are strung together, a level of satisfaction is taken only where its own words were said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.folding import folded, plain
from bot.keyboards import FACES
from bot.typed import meaning
from bot.words_of_people import COUNTED
from survey.questionnaire import NA
from tests.bot.talks import make_talk, refused, shipped
from workflows.chat import Say

SCALE = make_talk(shipped("sipas-quay"), "tiep_can")
NA_WORDS = ["khong", "den", "truc", "tiep"]  # no level has a word of these but "không"
LEVELS = {
    "1": {"rat khong hai long"},
    "2": {"khong hai long"},
    "3": {"binh thuong", "binh", "thuong"},
    "4": {"hai long"},
    "5": {"rat hai long", "rat hai"},
    NA: {"khong den", "khong den truc", "khong den truc tiep"},
}
SAID = "không chưa rất hài lòng bình thường lắm hơi tôi em dạ thấy ạ là thì nhưng phải đâu mà đến trực tiếp cũng"
COURTESIES = {"toi", "em", "da", "thay", "a", "xin", "chon"}


@given(st.lists(st.sampled_from(SAID.split()), min_size=1, max_size=5).map(" ".join))
def test_a_level_is_taken_only_where_its_own_words_were_said(text: str) -> None:
    act = meaning(text, SCALE, "vi")
    if not isinstance(act, Say) or refused(SCALE, text):
        return
    words = plain(text).split()
    while len(words) > 1 and words[0] in COURTESIES:
        words = words[1:]
    while len(words) > 1 and words[-1] in COURTESIES:
        words = words[:-1]
    assert " ".join(words) in LEVELS[act.raw["tiep_can"][0]]


@given(st.text(alphabet=st.characters(categories=("L", "M", "P", "S", "Z")), max_size=12))
def test_random_letters_are_no_level(text: str) -> None:
    act = meaning(text, SCALE, "vi")
    taken = isinstance(act, Say) and not refused(SCALE, text)
    known = (*(plain(word) for word in COUNTED), "na", "n/a", "kad", *FACES)
    assert not taken or any(word in plain(folded(text)) for word in known)
