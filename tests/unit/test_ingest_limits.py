"""Hostile and oversized files: refused quickly, in little memory, inside the project's folder."""

import contextlib
import gzip
import os
import random
import subprocess
import sys
import zlib
from pathlib import Path

import polars as pl
import pytest

from slmdsl.ingest import IngestError, Limits, ingest
from slmdsl.ingest.footer import FooterError, read_footer
from slmdsl.ingest.parquet_records import weighed
from tests.ingest_plans import HERE, column, plan

FACTS = {"ticket": "id", "kind": column(constant="incident"), "opened": "opened"}

# Run by itself, so that its memory is that of the import and the refusal alone. (ru_maxrss would be the parent's.)
MEASURED = """
import sys, time
from pathlib import Path
from slmdsl.ingest import IngestError, ingest
from tests.ingest_plans import column, plan
facts = {"ticket": "id", "kind": column(constant="incident"), "opened": "opened"}
start = time.perf_counter()
try:
    ingest([plan(sys.argv[2], "tickets", facts)], root=Path(sys.argv[1]))
except IngestError as failure:
    print(failure.diagnostics[0].code, time.perf_counter() - start)
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def refusal(folder, name, **more):
    with pytest.raises(IngestError) as failure:
        ingest([plan(name, "tickets", FACTS, **more)], root=folder)
    (only,) = failure.value.diagnostics
    return only.code


def gzip_bomb(path, head, megabytes, line):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = line * ((1 << 20) // len(line))
    with path.open("wb") as file:
        file.write(packer.compress(head))
        for _ in range(megabytes):
            file.write(packer.compress(block))
        file.write(packer.flush())


def assert_refused_cheaply(folder, name):
    command = [sys.executable, "-c", MEASURED, str(folder), name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    code, seconds, mebibytes = done.stdout.split()
    assert code == "SLM553"
    assert float(seconds) < 1
    assert int(mebibytes) < 300


@pytest.mark.parametrize(
    ("name", "head", "line"),
    [
        ("a.csv.gz", b"id,opened\n", b"A,2027-01-01\n"),
        ("b.csv.gz", b"id,opened\n", b"\n"),
        ("c.csv.gz", b'id,opened\n"', b"x"),
        ("d.csv.gz", b"", b"x"),
        ("e.jsonl.gz", b'{"id": 1, "opened": "2027-01-01"}\n', b"{}\n"),
        ("f.jsonl.gz", b'{"id": 1, "opened": "2027-01-01"}\n', b"[" * 64),
    ],
)
def test_gzip_bombs(tmp_path, name, head, line):
    gzip_bomb(tmp_path / name, head, 200, line)
    assert_refused_cheaply(tmp_path, name)


def test_a_bomb_behind_honest_data(tmp_path):
    noise = random.Random(1).randbytes(1 << 20).hex().encode()
    (tmp_path / "a.csv.gz").write_bytes(b"")
    gzip_bomb(tmp_path / "b.gz", b"", 20, b"A,2027-01-01\n")
    rows = b"".join(b"%s,2027-01-01\n" % noise[at : at + 40] for at in range(0, len(noise), 40))
    (tmp_path / "a.csv.gz").write_bytes(
        gzip.compress(b"id,opened\n" + rows, 1) + (tmp_path / "b.gz").read_bytes()
    )
    assert refusal(tmp_path, "a.csv.gz") == "SLM553"


def test_parquet_bombs(tmp_path):
    rows = 40_000_000
    frame = pl.select(pl.repeat("A", rows, dtype=pl.String).alias("id"), pl.repeat(1, rows).alias("opened"))
    frame.lazy().sink_parquet(tmp_path / "rows.parquet", row_group_size=rows, statistics=False)
    assert_refused_cheaply(tmp_path, "rows.parquet")
    wide = pl.DataFrame({"id": [f"{n}" + "x" * (1 << 20) for n in range(128)], "opened": 1})
    wide.write_parquet(tmp_path / "bytes.parquet", compression_level=9)
    assert_refused_cheaply(tmp_path, "bytes.parquet")


def test_sizes_are_limited(tmp_path):
    (tmp_path / "a.csv").write_text("id,opened\n" + "A,2027-01-01\n" * 100)
    path = tmp_path / "a.csv"
    for limits in (Limits(file_bytes=100), Limits(rows=50), Limits(columns=1)):
        with pytest.raises(IngestError) as failure:
            ingest([plan("a.csv", "tickets", FACTS)], root=tmp_path, limits=limits)
        assert failure.value.diagnostics[0].code == "SLM553"
    assert path.stat().st_size > 100


def test_a_quote_that_is_never_closed_is_bounded(tmp_path):
    (tmp_path / "a.csv").write_text('id,opened\n"' + "A,2027-01-01\n" * 2_000_000)
    assert refusal(tmp_path, "a.csv") in {"SLM553", "SLM555"}


def test_quotes_that_never_match_are_given_up(tmp_path):
    (tmp_path / "a.csv").write_text("id,opened\n" + 'A"B,"2027-01-01\nC,2027\n' * 5_000)
    assert refusal(tmp_path, "a.csv") == "SLM555"


def test_broken_files_are_no_crash(tmp_path):
    whole = gzip.compress(b"id,opened\nA,2027-01-01\n")
    (tmp_path / "cut.csv.gz").write_bytes(whole[:-12])
    (tmp_path / "plain.csv.gz").write_bytes(b"id,opened\n")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "wide.csv").write_bytes("id,opened\n".encode("utf-16"))
    (tmp_path / "latin.csv").write_bytes("id,opened,café\n".encode("latin-1"))
    (tmp_path / "none.parquet").write_bytes(b"PAR1")
    (tmp_path / "text.parquet").write_bytes(b"id,opened\n" * 10)
    for name in (
        "cut.csv.gz",
        "plain.csv.gz",
        "empty.csv",
        "wide.csv",
        "latin.csv",
        "none.parquet",
        "text.parquet",
    ):
        assert refusal(tmp_path, name) == "SLM555", name


def test_a_damaged_parquet_file_is_weighed_without_a_crash(tmp_path):
    frame = pl.DataFrame({"id": [f"T{n}" for n in range(200)], "opened": ["2027-01-01"] * 200})
    frame.write_parquet(tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    chance = random.Random(7)
    for number in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            # the footer and page headers are where damage is dangerous
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(damaged)
        with contextlib.suppress(IngestError):  # anything else fails the test
            assert weighed(path, HERE, path.name, Limits()).rows >= 0


def test_footers_say_what_pyarrow_says(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    frame = pl.DataFrame({f"c{n}": list(range(1_000)) for n in range(20)} | {"flag": [True, None] * 500})
    frame.write_parquet(tmp_path / "a.parquet", row_group_size=300)
    path = tmp_path / "a.parquet"
    with path.open("rb") as file:
        footer = read_footer(file, path.stat().st_size, 1 << 20)
    truth = parquet.ParquetFile(path).metadata
    groups = [truth.row_group(number) for number in range(truth.num_row_groups)]
    assert footer.rows == truth.num_rows
    assert footer.group_rows == tuple(group.num_rows for group in groups)
    assert footer.group_bytes == tuple(group.total_byte_size for group in groups)
    with path.open("rb") as file, pytest.raises(FooterError, match="more than 10"):
        read_footer(file, path.stat().st_size, 10)


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        ["../outside.csv", "a/../../outside.csv", "link.csv", "folder/outside.csv", "{outside}"],
    )
    def test_nothing_outside_the_project_is_read(self, tmp_path, path):
        root = tmp_path / "project"
        root.mkdir()
        (tmp_path / "outside.csv").write_text("id,opened\nA,2027-01-01\n")
        (root / "link.csv").symlink_to(tmp_path / "outside.csv")
        (root / "folder").symlink_to(tmp_path)
        assert refusal(root, path.format(outside=tmp_path / "outside.csv")) == "SLM551"

    def test_links_inside_are_followed_and_the_base_is_the_declaring_files_folder(self, tmp_path):
        (tmp_path / "sub").mkdir()
        (tmp_path / "real.csv").write_text("id,opened\nA,2027-01-01\n")
        (tmp_path / "sub" / "link.csv").symlink_to(tmp_path / "real.csv")
        for base in ("sub", str(tmp_path / "sub")):
            log = ingest([plan("link.csv", "tickets", FACTS, base=base)], root=tmp_path)
            assert log.tickets.height == 1

    def test_only_plain_files_are_read(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.csv")
        (tmp_path / "folder.csv").mkdir()
        for name in ("pipe.csv", "folder.csv", "absent.csv", "nul\0.csv"):
            assert refusal(tmp_path, name) == "SLM550"
