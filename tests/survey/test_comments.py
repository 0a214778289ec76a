"""What is hidden from comments before anybody reads them, in the ways in which people write it."""

from __future__ import annotations

import pytest

from survey.comments import redacted
from workflows.comments import lexicon

HIDDEN = {
    "Gọi +84 912 345 678 nhé": "Gọi [số] nhé",
    "0912.345.678": "[số]",
    "(0912) 345-678": "[số]",
    "+84(0)912345678": "[số]",
    "0912\u200b345\u200b678": "[số]",
    "0912\u00a0345\u00a0678": "[số]",
    "CCCD 019 085 001 234": "CCCD [số]",
    "biển 20A-123.45": "biển [biển số xe]",
    "xe 20-B1 12345 và 20 B1 123.45": "xe [biển số xe] và [biển số xe]",
    "thư a.b @ gmail . com nhé": "thư [thư điện tử] nhé",
    "lan(at)gmail.com": "[thư điện tử]",
    "Gửi lan@tinh.gov.vn. Tôi chờ": "Gửi [thư điện tử]. Tôi chờ",
    "nhắn zalo.me/g/abcd12 hoặc fb.com/lan.nguyen": "nhắn [địa chỉ mạng] hoặc [địa chỉ mạng]",
    "NGUYỄN VĂN NAM": "[họ tên]",
    "đ/c Hùng rất tốt": "đ/c [họ tên] rất tốt",
    "Nguyễn\u00a0Văn\u00a0Nam": "[họ tên]",
    "chị Nguyễn Thị Lan ở cửa 3": "chị [họ tên] ở cửa 3",
}
KEPT = [
    "HỒ SƠ LÀM CHẬM, CHỜ LÂU",
    "Từ 8h30 đến 10h, ngày 12/03/2024, 3 lần (2 tuần)",
    "Chấm 10/10 điểm @ tất cả",
    "Thông tư 01/2018/TT-VPCP",
    "phòng 20 A tầng 3",
]


@pytest.mark.parametrize(("said", "read"), HIDDEN.items(), ids=range(len(HIDDEN)))
def test_what_tells_who_somebody_is_is_hidden(said: str, read: str) -> None:
    assert redacted(said, lexicon()) == read


@pytest.mark.parametrize("said", KEPT)
def test_other_words_stay(said: str) -> None:
    assert redacted(said, lexicon()) == said
