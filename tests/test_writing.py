"""Files that commands write: whole, or as they were."""

from __future__ import annotations

import os
import threading

import pytest

from archcalc.errors import ArchcalcError
from archcalc.writing import write_whole


def test_what_was_there_stays_if_writing_fails(tmp_path, monkeypatch):
    file = tmp_path / "a file.txt"
    write_whole(file, b"before")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(ArchcalcError) as caught:
        write_whole(file, b"after")
    assert str(caught.value) == f"cannot write '{file}': No space left on device"
    assert file.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["a file.txt"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "target").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "link", b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "after"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name")
def test_a_pipe_is_written_to(tmp_path):
    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"through")
    reader.join()
    assert found == [b"through"]


@pytest.mark.parametrize(("name", "reason"), [("no/such", "No such file or directory"), ("a\0b", "null")])
def test_what_cannot_be_written(name, reason, tmp_path):
    with pytest.raises(ArchcalcError, match=reason):
        write_whole(tmp_path / name, b"")
