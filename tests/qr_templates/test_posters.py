"""Posters: every code is read back from every design and form by readers that had no part in drawing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from qr_templates.codes import AddressError, modules
from qr_templates.posters import DESIGNS, FORMATS, ChatRoad, Design, Poster, PosterError, draw, names, slug
from tests.qr_templates.reading import (
    MM_AN_INCH,
    Picture,
    Seen,
    codes_in,
    fonts_of,
    is_tagged,
    page_sizes,
    photographed,
    picture_in,
    pictures,
    shapes,
    word_boxes,
    words_on,
)
from tests.reports.paper_files import tags

SIZES: dict[Design, tuple[int, int]] = {"a4": (210, 297), "a5": (148, 210), "tent": (210, 297), "slips": (210, 297)}
CODES: dict[Design, int] = {"a4": 1, "a5": 1, "tent": 2, "slips": 8}
SMALLEST: dict[Design, float] = {"a4": 100, "a5": 100, "tent": 60, "slips": 35}

# A telephone's camera sees about 1.27 m across at 1 m: a photograph of 4,000 pixels is then 80 dots an inch, and the
# picture of 1,920 pixels in which a code is looked for while one aims is 38.
PHOTOGRAPH = 80
AIMING = 38

LONG = (
    "Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính Ủy ban nhân dân xã Đồng Hỷ và các cơ quan "
    "thường trú trên địa bàn theo cơ chế một cửa, một cửa liên thông tại trụ sở mới"
)
TRAPS = {
    "markup": '#set page(width: 1pt) #import "x": * $x^2$ *đậm* _nghiêng_ @ai <nhãn> = Đề mục // - + /',
    "quotes": "\\ \\n \\u{41} \" ' ` ``` ${} {} [] “” ‘’ & &amp; <b> <!-- ]]> %s {minutes}",
    "one word": "Nguyễn" * 26,
    "right to left": "Quầy שלום עולם và \u202eđảo\u202c 5",
    "emoji": "Quầy 😀 👍🏽 👨‍👩‍👧 số 5",
    "control": "Quầy\x00 số\n\t5\x1b[31m\u2028 đỏ",
    "decomposed": "Qu\u0061\u0302\u0300y s\u006f\u0302\u0301 5",
    "nothing": " ",
}

ZALO = ChatRoad("Zalo", "Khảo sát Thái Nguyên", "7K3M-9Q00-0", "https://zalo.me/3456789012345678901")
TELEGRAM = ChatRoad(
    "Telegram",
    "@khaosat_thainguyen_bot",
    "7K3M-9Q00-0",
    "https://t.me/khaosat_thainguyen_bot?start=7K3M9Q000",
    names_counter=True,
)
BY_NAME = replace(ZALO, address="")
LONGEST_ZALO = replace(ZALO, name=LONG[:60], address="https://zalo.me/" + "g" * 84)
LONGEST_TELEGRAM = replace(
    TELEGRAM,
    name="@khaosat_hailong_thainguyen_sipas",
    address="https://t.me/khaosat_hailong_thainguyen_sipas?start=7K3M9Q000",
)
CHATS = {
    "off": (),
    "both": (ZALO, TELEGRAM),
    "zalo by name": (BY_NAME,),
    "zalo by name, telegram": (BY_NAME, TELEGRAM),
    "telegram": (TELEGRAM,),
    "longest": (LONGEST_ZALO, LONGEST_TELEGRAM),
}
# At 40 cm, where one stands to scan a small code.
NEAR = 200
of_every_chat = pytest.mark.parametrize("chats", CHATS.values(), ids=CHATS)
of_each_chat = pytest.mark.parametrize("chats", list(CHATS.values())[1:], ids=list(CHATS)[1:])


def make_poster(number: int = 0, **changes: object) -> Poster:
    code = f"7K3M9Q{number:03d}"
    plain = Poster(
        code=code,
        address=f"https://hailong.thainguyen.gov.vn/c/{code}",
        address_words=f"hailong.thainguyen.gov.vn/c/{code[:4]}-{code[4:8]}-{code[8:]}",
        unit_code="SNV",
        unit="Sở Nội vụ",
        counter=f"Quầy số {number}",
        service="Người có công, bảo trợ xã hội",
        campaign_title="Khảo sát sự hài lòng của người dân năm 2025",
    )
    return replace(plain, **changes)


def one_pdf(poster: Poster, design: Design, emblem: Path | None = None) -> bytes:
    ((_, pdf),) = draw([poster], design, "pdf", emblem)
    return pdf


def said(seen: Sequence[Seen]) -> list[str]:
    return [code.address for code in seen]


@pytest.mark.parametrize("design", DESIGNS)
def test_every_code_is_read_from_the_pdf_of_all_counters(design: Design) -> None:
    posters = [make_poster(number) for number in range(12)]
    files = list(draw(posters, design, "pdf"))
    assert [name for name, _ in files] == [f"{design}-all.pdf"] + [
        f"snv-quay-so-{n}-7k3m9q{n:03d}-{design}.pdf" for n in range(12)
    ]
    together = pictures(files[0][1], PHOTOGRAPH)
    apart = [page for _, pdf in files[1:] for page in pictures(pdf, PHOTOGRAPH)]
    wanted = [[poster.address] * CODES[design] for poster in posters]
    assert [said(codes_in(page)) for page in together] == wanted
    assert [said(codes_in(page)) for page in apart] == wanted


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("degrees", [0, 8, 90, 173])
def test_a_code_is_read_from_a_blurred_tilted_photograph_taken_at_1_m(design: Design, degrees: int) -> None:
    poster = make_poster()
    (page,) = pictures(one_pdf(poster, design), PHOTOGRAPH)
    assert said(codes_in(photographed(page, degrees, blur=0.8))) == [poster.address] * CODES[design]


@pytest.mark.parametrize("design", ["a4", "a5"])
def test_a_poster_is_read_while_one_aims_from_1_m(design: Design) -> None:
    poster = make_poster()
    (page,) = pictures(one_pdf(poster, design), AIMING)
    assert said(codes_in(photographed(page, 5, blur=0.6))) == [poster.address]


def test_another_reader_reads_the_poster_too() -> None:
    poster = make_poster()
    (page,) = pictures(one_pdf(poster, "a4"), PHOTOGRAPH)
    assert cv2.QRCodeDetector().detectAndDecode(page)[0] == poster.address


@pytest.mark.parametrize("design", DESIGNS)
def test_a_code_is_read_from_svg_and_png(design: Design) -> None:
    poster = make_poster()
    ((svg_name, svg),) = draw([poster], design, "svg")
    ((png_name, png),) = draw([poster], design, "png")
    assert (svg_name, png_name) == (f"snv-quay-so-0-7k3m9q000-{design}.svg", f"snv-quay-so-0-7k3m9q000-{design}.png")
    assert said(codes_in(drawn(svg))) == [poster.address] * CODES[design]
    assert said(codes_in(picture_in(png))) == [poster.address] * CODES[design]


def drawn(svg: bytes) -> Picture:
    """The SVG as a picture, each of its own units a dot."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    made = typst.compile(page, format="png", ppi=100, sys_inputs={"svg": svg.decode("utf-8")})
    return picture_in(made)


@pytest.mark.parametrize("design", DESIGNS)
def test_page_and_code_have_their_printed_size(design: Design) -> None:
    pdf = one_pdf(make_poster(), design)
    (page,) = pictures(pdf, 200)
    sides = [code.side * MM_AN_INCH / 200 for code in codes_in(page)]
    assert page_sizes(pdf) == [SIZES[design]]
    assert len(sides) == CODES[design]
    assert all(SMALLEST[design] * 0.995 <= side <= SMALLEST[design] * 1.06 for side in sides)


@pytest.mark.parametrize(
    "words", [LONG[:30], LONG[:80], LONG[:160], LONG[:160].upper(), *TRAPS.values()], ids=lambda it: it[:12]
)
@pytest.mark.parametrize("design", DESIGNS)
def test_words_of_every_kind_leave_the_code_readable_and_its_border_white(design: Design, words: str) -> None:
    poster = make_poster(unit=words, counter=words, service=words, campaign_title=words)
    (page,) = pictures(one_pdf(poster, design), 150)
    found = codes_in(page)
    assert said(found) == [poster.address] * CODES[design]
    assert all(darkest_round(page, code) > 240 for code in found)


def darkest_round(page: Picture, code: Seen) -> int:
    """The darkest dot of the quiet zone, of which the outermost quarter module may bear the frame's stroke."""
    module = code.side / 33
    left, top = code.corners.min(axis=0)
    right, bottom = code.corners.max(axis=0)
    inner, outer = module * 0.5, module * 3.75
    zone = page[int(top - outer) : int(bottom + outer), int(left - outer) : int(right + outer)].copy()
    gap = int(outer - inner)
    zone[gap:-gap, gap:-gap] = 255
    return int(zone.min())


@of_every_chat
@pytest.mark.parametrize("length", [10, 160])
@pytest.mark.parametrize("design", DESIGNS)
def test_no_words_lie_below_a_code_or_its_quiet_zone(design: Design, length: int, chats: tuple[ChatRoad, ...]) -> None:
    """The quiet zone is painted white, so words below it could neither be read nor spoil the code."""
    name = LONG[:length].strip()
    pdf = one_pdf(make_poster(unit=name, counter=name, service=name, campaign_title=name, chats=chats), design)
    (page,) = pictures(pdf, NEAR)
    dot = 72 / NEAR
    found = codes_in(page)
    assert len(found) == CODES[design] + small_codes(design, chats)
    for code in found:
        quiet = code.side / modules_of(code) * 3.9
        left, upper = (code.corners.min(axis=0) - quiet) * dot
        right, lower = (code.corners.max(axis=0) + quiet) * dot
        for west, south, east, north in word_boxes(pdf):
            top, bottom = page.shape[0] * dot - north, page.shape[0] * dot - south
            assert east <= left or west >= right or bottom <= upper or top >= lower


def modules_of(code: Seen) -> int:
    return modules(code.address)


def small_codes(design: Design, chats: Sequence[ChatRoad]) -> int:
    """How many codes of chats a page shows: none on a slip, which has room for words only, one a face of a tent."""
    faces = {"a4": 1, "a5": 1, "tent": 2, "slips": 0}[design]
    return faces * sum(bool(chat.address) for chat in chats)


@of_every_chat
@pytest.mark.parametrize("length", [30, 80, 160])
@pytest.mark.parametrize("design", DESIGNS)
def test_long_names_are_printed_whole_within_the_page_and_over_nothing_else(
    design: Design, length: int, chats: tuple[ChatRoad, ...]
) -> None:
    name = LONG[:length].strip()
    poster = make_poster(unit=name, counter=name[::-1], service=name.swapcase(), chats=chats)
    pdf = one_pdf(poster, design)
    wide, high = (side / MM_AN_INCH * 72 for side in SIZES[design])
    boxes = word_boxes(pdf)
    shown = words_on(pdf)
    assert page_sizes(pdf) == [SIZES[design]]
    assert all(letters(text) in shown for text in (poster.unit, poster.counter, poster.service))
    assert all(left > 8 and bottom > 6 and right < wide - 8 and top < high - 6 for left, bottom, right, top in boxes)
    assert worst_overlap(boxes) < 0.25
    assert [box for box in boxes if any(crosses(box, shape) for shape in shapes(pdf))] == []


def crosses(words: tuple[float, ...], shape: tuple[float, ...]) -> bool:
    """True where words lie partly within a shape and partly without, by more than a point."""
    left, bottom, right, top = words
    west, south, east, north = shape
    apart = right <= west + 1 or left >= east - 1 or top <= south + 1 or bottom >= north - 1
    within = left >= west - 1 and right <= east + 1 and bottom >= south - 1 and top <= north + 1
    return not apart and not within


def letters(text: str) -> str:
    return text.replace(" ", "")


def worst_overlap(boxes: Sequence[tuple[float, float, float, float]]) -> float:
    """The largest share of one run of words that another one covers."""
    sides = np.array([box for box in boxes if (box[2] - box[0]) * (box[3] - box[1]) > 4])
    left, bottom, right, top = sides.T
    wide = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    high = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom)
    shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
    np.fill_diagonal(shared, 0)
    area = (right - left) * (top - bottom)
    return float((shared / np.minimum.outer(area, area)).max())


@pytest.mark.parametrize("words", [TRAPS["markup"], TRAPS["quotes"]], ids=["markup", "quotes"])
def test_words_are_printed_as_they_are_and_never_obeyed(words: str) -> None:
    shown = words_on(one_pdf(make_poster(counter=words), "a4"))
    assert letters(words) in shown


def test_decomposed_letters_and_line_ends_are_put_in_order() -> None:
    shown = words_on(one_pdf(make_poster(counter=TRAPS["decomposed"], service="Đất\n đai\x00"), "a4"))
    assert "Quầysố5" in shown
    assert "Đấtđai" in shown


@settings(max_examples=25, deadline=None)
@given(words=st.text(max_size=300))
def test_no_words_whatever_stop_a_poster(words: str) -> None:
    assert one_pdf(make_poster(unit=words, counter=words, service=words, campaign_title=words), "slips").startswith(
        b"%PDF"
    )


@pytest.mark.parametrize("design", DESIGNS)
def test_only_our_fonts_are_used_and_the_file_carries_them(design: Design) -> None:
    fonts = fonts_of(one_pdf(make_poster(), design))
    assert {(name.split("+")[-1], carried) for name, carried in fonts} == {
        ("LiberationSans", True),
        ("LiberationSans-Bold", True),
    }


@pytest.mark.parametrize("design", DESIGNS)
def test_a_screen_reader_is_told_what_is_what(design: Design) -> None:
    pdf = one_pdf(make_poster(), design)
    assert is_tagged(pdf)
    assert b"pdfuaid" in pdf


@pytest.mark.parametrize("design", DESIGNS)
def test_a_poster_says_who_asks_where_and_that_nobody_is_named(design: Design) -> None:
    poster = make_poster()
    shown = words_on(one_pdf(poster, design))
    for words in (
        poster.unit,
        poster.counter,
        poster.service,
        poster.address_words,
        "Không ghi tên. Cán bộ không xem được phiếu của Ông/Bà.",
        "No names are recorded. Officials cannot see your answers.",
        "Hôm nay Ông/Bà được phục vụ thế nào?",
        "How were you served today?",
    ):
        assert letters(words) in shown


def test_a_second_language_is_left_out_where_the_campaign_has_none() -> None:
    shown = words_on(one_pdf(make_poster(languages=("vi",)), "a4"))
    assert "served" not in shown
    assert "HômnayÔng/Bàđượcphụcvụthếnào?" in shown


@pytest.mark.parametrize(("minutes", "told"), [(1, "aboutoneminute"), (8, "about8minutes")])
def test_the_time_to_answer_is_the_questionnaire_s(minutes: int, told: str) -> None:
    shown = words_on(one_pdf(make_poster(minutes=minutes), "a4"))
    assert f"khoảng{minutes}phút" in shown
    assert told in shown


def test_a_counter_without_a_service_has_no_empty_label() -> None:
    assert "Lĩnhvực" not in words_on(one_pdf(make_poster(service=""), "a4"))


def test_the_same_counters_give_the_same_bytes() -> None:
    posters = [make_poster(number) for number in range(2)]
    assert list(draw(posters, "a4", "pdf")) == list(draw(posters, "a4", "pdf"))


@pytest.mark.parametrize("form", FORMATS)
def test_progress_counts_every_counter(form: str) -> None:
    told: list[int] = []
    files = list(draw([make_poster(number) for number in range(3)], "a5", form, progress=told.append))
    assert sum(told) == 3
    assert len(files) == (4 if form == "pdf" else 3)


def test_no_counters_give_no_files() -> None:
    assert list(draw([], "a4", "pdf")) == []


@pytest.mark.parametrize(
    ("unit_code", "counter", "code", "name"),
    [
        ("SNV", "Quầy số 3: Đất đai", "7K3M9QXT4", "snv-quay-so-3-dat-dai-7k3m9qxt4-a4"),
        ("../../etc", "../../passwd", "A", "etc-passwd-a-a4"),
        ("C:\\Windows", "con", "nul", "c-windows-con-nul-a4"),
        ("X", "שלום", "7K3M", "x-7k3m-a4"),
        ("", "", "7K3M", "7k3m-a4"),
        ("DH", LONG, "7K3M", "dh-bo-phan-tiep-nhan-va-tra-ket-qua-giai-qu-7k3m-a4"),
    ],
)
def test_file_names_are_plain_letters_wherever_the_words_come_from(
    unit_code: str, counter: str, code: str, name: str
) -> None:
    assert names([make_poster(unit_code=unit_code, counter=counter, code=code)], "a4") == [name]


def test_counters_never_share_a_file() -> None:
    posters = [make_poster(code=code) for code in ("a/b", "a-b", "A B", "a-b-2")]
    made = names(posters, "tent")
    assert len({name.casefold() for name in made}) == 4


@given(text=st.text(max_size=60))
def test_a_slug_is_safe_as_a_file_name(text: str) -> None:
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug(text).startswith("-")


EMBLEMS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#c00" d="M0 0h9v9H0z"/></svg>',
    "png": cv2.imencode(".png", np.full((40, 40, 3), (0, 0, 200), np.uint8))[1].tobytes(),
    "jpg": cv2.imencode(".jpg", np.full((40, 40, 3), (0, 0, 200), np.uint8))[1].tobytes(),
}


@pytest.mark.parametrize("kind", EMBLEMS)
def test_the_province_s_own_emblem_takes_the_place_of_ours(tmp_path: Path, kind: str) -> None:
    emblem = tmp_path / "Huy hiệu tỉnh"
    emblem.write_bytes(EMBLEMS[kind])
    ((_, png),) = draw([make_poster()], "a4", "png", emblem)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    blue, green, red = picture[: picture.shape[0] // 8, : picture.shape[1] // 5].reshape(-1, 3).T.astype(int)
    assert ((red > 180) & (green < 40) & (blue < 40)).mean() > 0.3


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"<svg not an svg", "emblem_unreadable"),
        (b"\x89PNG\r\n\x1a\nbroken", "emblem_unreadable"),
        (b"\xff\xd8\xff broken", "emblem_unreadable"),
        (b"MZ\x90\x00 a program", "emblem_unknown_kind"),
        (b"", "emblem_unknown_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5_000_000), "emblem_too_large"),
    ],
    ids=["svg", "png", "jpg", "program", "empty", "large"],
)
def test_an_emblem_that_cannot_be_printed_is_refused(tmp_path: Path, source: bytes, code: str) -> None:
    emblem = tmp_path / "emblem.svg"
    emblem.write_bytes(source)
    with pytest.raises(PosterError) as refused:
        list(draw([make_poster()], "a4", "pdf", emblem))
    assert refused.value.code == code


def test_an_emblem_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PosterError) as refused:
        list(draw([make_poster()], "a4", "pdf", tmp_path / "none.svg"))
    assert refused.value.code == "emblem_missing"
    assert refused.value.facts == {"found": str(tmp_path / "none.svg")}


def test_an_address_that_no_code_holds_is_refused() -> None:
    with pytest.raises(AddressError):
        list(draw([make_poster(address="https://a.vn/" + "x" * 300)], "a4", "pdf"))


def test_the_longest_address_is_still_read_from_a_slip() -> None:
    address = ("https://khao-sat-su-hai-long.thainguyen.gov.vn/" + "duong-dan-dai/" * 20)[:213]
    poster = make_poster(address=address, address_words=address[8:])
    (page,) = pictures(one_pdf(poster, "slips"), 150)
    assert said(codes_in(page)) == [address] * 8


@of_each_chat
@pytest.mark.parametrize("design", DESIGNS)
def test_a_chat_s_codes_are_read_from_arm_s_length_and_are_much_smaller_than_the_web_s(
    design: Design, chats: tuple[ChatRoad, ...]
) -> None:
    poster = make_poster(chats=chats, unit=LONG)
    (page,) = pictures(one_pdf(poster, design), NEAR)
    for seen in (codes_in(page), codes_in(photographed(page, 8, blur=0.8))):
        small = [code for code in seen if code.address != poster.address]
        large = [code for code in seen if code.address == poster.address]
        assert len(large) == CODES[design]
        assert len(small) == small_codes(design, chats)
        assert {code.address for code in small} == {chat.address for chat in chats if chat.address and small}
        assert all(code.side * 2 < large[0].side for code in small), "nobody takes one for the other"
        assert all(code.side * MM_AN_INCH / NEAR / modules_of(code) > 0.42 for code in small)


@of_each_chat
@pytest.mark.parametrize("design", ["a4", "a5"])
def test_who_aims_at_a_poster_from_1_m_comes_to_the_web_page(design: Design, chats: tuple[ChatRoad, ...]) -> None:
    poster = make_poster(chats=chats)
    (page,) = pictures(one_pdf(poster, design), AIMING)
    assert said(codes_in(photographed(page, 5, blur=0.6))) == [poster.address]


@of_each_chat
@pytest.mark.parametrize("design", DESIGNS)
def test_a_poster_says_after_the_web_s_address_how_to_come_to_each_chat(
    design: Design, chats: tuple[ChatRoad, ...]
) -> None:
    poster = make_poster(chats=chats)
    pdf = one_pdf(poster, design)
    shown = words_on(pdf)
    places = [shown.index(letters(poster.address_words))]
    for chat in chats:
        places.append(shown.index(chat.channel, places[-1]))
        assert letters(chat.name) in shown
        assert shown.count(letters(f"gửi mã {chat.code_words}")) >= len(chats)
    assert places == sorted(places), "web, Zalo, Telegram"
    assert is_tagged(pdf)
    assert b"pdfuaid" in pdf


def test_a_screen_reader_is_told_where_each_code_leads() -> None:
    poster = make_poster(chats=(ZALO, TELEGRAM))
    told = [words for _, words in tags(one_pdf(poster, "a4"), 0)]
    assert f"Mã QR dẫn đến {poster.address}" in told
    assert f"Mã nhỏ: trò chuyện qua Zalo, dẫn đến {ZALO.address}" in told
    assert f"Mã nhỏ: trò chuyện qua Telegram, dẫn đến {TELEGRAM.address}" in told


def test_only_the_code_of_telegram_names_the_counter() -> None:
    shown = words_on(one_pdf(make_poster(chats=(ZALO, TELEGRAM)), "a4"))
    assert letters("Quét mã nhỏ này hoặc tìm “Khảo sát Thái Nguyên”, rồi gửi mã 7K3M-9Q00-0") in shown
    assert (
        letters("Quét mã nhỏ này rồi bấm Bắt đầu (Start), hoặc tìm @khaosat_thainguyen_bot rồi gửi mã 7K3M-9Q00-0")
        in shown
    )
    assert letters("quét mã lớn") in shown
    assert "quétmãlớn" not in words_on(one_pdf(make_poster(chats=(BY_NAME,)), "a4")), "there is one code only"


@pytest.mark.parametrize("words", TRAPS.values(), ids=TRAPS)
@pytest.mark.parametrize("design", DESIGNS)
def test_no_name_of_a_chat_stops_a_poster_or_is_obeyed(design: Design, words: str) -> None:
    poster = make_poster(chats=(replace(ZALO, name=words), TELEGRAM))
    (page,) = pictures(one_pdf(poster, design), 150)
    assert said(codes_in(page)).count(poster.address) == CODES[design]


def test_a_chat_in_a_campaign_of_one_language_is_told_in_it_alone() -> None:
    shown = words_on(one_pdf(make_poster(chats=(ZALO, TELEGRAM), languages=("vi",)), "a4"))
    assert "HoặcnhắntinquaZalo" in shown
    assert "chaton" not in shown
