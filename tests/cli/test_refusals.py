"""What the terminal says where numbers do not fit together."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sqlalchemy import insert

from cli.__main__ import main
from store.database import Database
from store.models.campaigns import StratumRow
from store.models.collection import NONE, ResponseRow
from store.queries import campaigns
from survey.document import encode
from tests.factories import make_campaign
from workflows.places import questionnaire_of


def test_more_answers_than_dossiers_are_told_with_their_cure(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with database.writing() as session:
        row = make_campaign(session, basis="sample")
        stratum = StratumRow(
            campaign_id=row.id, unit_id=campaigns.campaign_units(session, row.id)[0].unit_id, code="s", size=3, issued=3
        )
        session.add(stratum)
        session.flush()
        whole = questionnaire_of(campaigns.questionnaire(session, row))
        codes, _ = encode(whole, {whole.items[0].code: whole.items[0].options[0].code})
        given = {
            "campaign_id": row.id, "questionnaire_id": row.questionnaire_id, "unit_id": stratum.unit_id,
            "counter_id": NONE, "stratum_id": stratum.id, "stream": "sample", "channel": "paper", "language": "vi",
            "assisted": False, "day": row.opens, "codes": codes, "state": "valid", "reason": "",
        }  # fmt: skip
        rows = [given | {"id": bytes([number] * 16), "external_id": str(number)} for number in range(5)]
        session.execute(insert(ResponseRow), rows)
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setattr(sys, "argv", ["hailong", "index", "thu"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    assert "import them again" in capsys.readouterr().err
