from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dreamgen.engines.croissant import issues_of, records
from dreamgen.errors import DreamgenError, MissingExtra

LIBRARY = "reads with a real library: pip install 'dreamgen[croissant]'"
OTHERS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:The inplace keyword")
"""What mlcroissant has rdflib and pandas do."""


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "mlcroissant", None)
    for asked in (lambda: issues_of(tmp_path), lambda: next(records(tmp_path, "train"))):
        with pytest.raises(MissingExtra, match="mlcroissant"):
            asked()


@OTHERS
def test_a_file_that_is_no_croissant_is_told(tmp_path: Path) -> None:
    pytest.importorskip("mlcroissant", reason=LIBRARY)
    (path := tmp_path / "croissant.json").write_text("no json")
    with pytest.raises(DreamgenError, match="can't be read as Croissant"):
        issues_of(path)


@OTHERS
def test_a_file_set_without_a_pattern_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("mlcroissant", reason=LIBRARY)
    from dreamgen.export.croissant import CONTEXT

    tree = {
        "@context": dict(CONTEXT), "@type": "sc:Dataset", "name": "x",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "distribution": [{"@type": "cr:FileSet", "@id": "clips", "name": "clips", "encodingFormat": "video/mp4"}],
    }  # fmt: skip
    (path := tmp_path / "croissant.json").write_text(json.dumps(tree))
    assert "includes" in " ".join(issues_of(path).errors)
