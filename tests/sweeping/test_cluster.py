"""Sweeps on a Dask cluster: the same as here, to the byte, whoever dies on the way."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pandas as pd
import pytest

from archcalc.analysis import Settings
from archcalc.cli import main
from archcalc.errors import ArchcalcError
from archcalc.sweeping import Plan, cluster, record, space_of, work
from archcalc.sweeping.cluster import on_cluster
from archcalc.sweeping.parts import Parts
from archcalc.sweeping.summary import Summary
from archcalc.sweeping.work import Work

dask = pytest.importorskip("dask", reason="the extra dask is not installed")
distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

GRID = ["mobilenet_v1", "--over", "alpha=0.25:1:0.01", "resolution=96:224:32"]  # 76 rows of 5


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a cluster of two workers."""
    with started(2, str(tmp_path_factory.mktemp("cluster"))) as local:
        yield local.scheduler_address


@contextmanager
def started(workers, folder):
    with (
        dask.config.set({"temporary-directory": folder}),
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        ) as local,
    ):
        yield local


@pytest.fixture
def client(scheduler):
    """What tells the workers what to do besides."""
    with distributed.Client(scheduler, set_as_default=False) as client:
        yield client


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, where 20 variants are a stretch."""
    monkeypatch.setattr(work, "STRETCH", 20)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def both(arguments, scheduler, capsys, end="parquet"):
    """The same sweep here and on the cluster: equal files, equal words."""
    assert main(["sweep", *arguments, "-o", f"here.{end}"]) == 0
    here = capsys.readouterr()
    assert main(["sweep", *arguments, "-o", f"there.{end}", "--engine", "dask", "--scheduler", scheduler]) == 0
    there = capsys.readouterr()
    assert there.err == here.err == ""
    assert general(there.out) == general(here.out)
    same(end)


def general(text):
    """Without the numbers of the one variant of which a problem is told: any that has it, whichever came first."""
    return re.sub(r"groups=\d+ does not divide the \d+", "groups= does not divide the", text)


def same(end="parquet"):
    """The files are equal as tables, whatever the order of rows, and to the byte."""
    one, other = (pd.read_parquet(f) if end == "parquet" else pd.read_csv(f) for f in (f"here.{end}", f"there.{end}"))
    columns = list(one)
    pd.testing.assert_frame_equal(
        one.sort_values(columns, ignore_index=True), other.sort_values(columns, ignore_index=True)
    )
    with open(f"here.{end}", "rb") as here, open(f"there.{end}", "rb") as there:
        assert here.read() == there.read()
    assert not os.path.exists(f"there.{end}.parts")


@pytest.mark.parametrize(
    "arguments",
    [
        GRID,
        ["mobilenet_v1", "mobilenet_v2", "--over", "alpha=0.5:1:0.02", "resolution=96,224"],  # a column of names
        [*GRID, "--where", "macs <= 100M and params > 1M", "--pareto", "macs,+params", "--json"],
        ["blocks/grouped", "--over", "C_in=1:30", "G=1,2,3"],  # two thirds of them make no network
        ["vgg16", "--over", "conv1_1.filters=1:90", "--sample", "60", "--set", "classes=10"],
    ],
)
@pytest.mark.usefixtures("folder")
def test_as_here(arguments, scheduler, capsys):
    both(arguments, scheduler, capsys)


@pytest.mark.usefixtures("folder")
def test_without_a_scheduler_there_are_processes(monkeypatch, capfd):
    """Their folder goes with them, and nobody logs anything."""
    monkeypatch.setenv("TMPDIR", os.getcwd())
    monkeypatch.setattr("tempfile.tempdir", None)
    assert main(["sweep", *GRID, "-o", "here.csv"]) == 0
    here = capfd.readouterr()
    assert main(["sweep", *GRID, "-o", "there.csv", "--engine", "dask"]) == 0
    assert capfd.readouterr() == here
    same("csv")
    assert sorted(os.listdir(".")) == ["here.csv", "there.csv"]


@pytest.mark.usefixtures("folder")
def test_without_a_file_only_summaries_come_back(scheduler, capsys):
    assert main(["sweep", *GRID]) == 0
    here = capsys.readouterr()
    assert main(["sweep", *GRID, "--engine", "dask", "--scheduler", scheduler]) == 0
    assert capsys.readouterr() == here
    assert os.listdir(".") == []


def test_few_stretches_are_under_way_at_a_time(client, scheduler):
    work = Work(Plan(("mobilenet_v1",), space_of({"alpha": [0.5, 1.0], "classes": range(1, 100_001)})))
    made = []
    work.stretches = lambda: ((made.append(n), (20 * n, 20 * n + 20))[1] for n in range(10_000))
    with on_cluster(scheduler) as engine:
        summaries = engine(work, None)
        firsts = [next(summaries).first["classes"][0] for _ in range(20)]
        assert firsts == list(range(1, 400, 20))  # in their order
        assert 20 < len(made) <= 20 + 2 * cluster.AHEAD
        summaries.close()


# ---------------------------------------------------------------------------------------------
# Who dies on the way.


def watched(folder, stop_at):
    """Has every worker, those to come too, write down what it computes; one of them stays at a stretch for ever."""

    class Watched(distributed.WorkerPlugin):
        name = "watched"

        def setup(self, worker):
            from archcalc.sweeping.work import Work

            self.compute = compute = Work.stretch

            def stretch(work, start, stop):
                with open(f"{folder}/computed", "a") as file:
                    file.write(f"{start}\n")
                found = compute(work, start, stop)
                if start == stop_at:
                    try:
                        with open(f"{folder}/victim", "x") as file:
                            file.write(f"{os.getpid()}\n")
                    except FileExistsError:
                        return found
                    time.sleep(1000)
                return found

            Work.stretch = stretch

        def teardown(self, worker):
            from archcalc.sweeping.work import Work

            Work.stretch = self.compute

    return Watched()


def victim(folder):
    """The process that stays at a stretch."""
    path = folder / "victim"
    while not (path.exists() and path.read_text().endswith("\n")):
        time.sleep(0.01)
    return int(path.read_text())


def test_a_killed_worker_costs_its_stretch(client, scheduler, folder, capfd):
    notes = folder / "notes"
    notes.mkdir()
    client.register_plugin(watched(str(notes), 100))
    killer = threading.Thread(target=lambda: os.kill(victim(notes), signal.SIGKILL))
    killer.start()
    try:
        both(GRID, scheduler, capfd)
    finally:
        killer.join()
        client.unregister_worker_plugin("watched")
    computed = sorted(map(int, (notes / "computed").read_text().split()))
    assert computed == sorted([*range(0, 380, 20), 100])


def test_a_killed_client_goes_on(client, scheduler, folder, capfd):
    """What the workers had written is not computed again."""
    notes = folder / "notes"
    notes.mkdir()
    client.register_plugin(watched(str(notes), 100))
    code = "import sys; from archcalc.cli import main; from archcalc.sweeping import work; "
    code += "work.STRETCH = 20; sys.exit(main())"
    command = ["sweep", *GRID, "-o", "there.parquet", "--engine", "dask", "--scheduler", scheduler]
    process = subprocess.Popen([sys.executable, "-c", code, *command])
    try:
        stays = victim(notes)
        while not (folder / f"there.parquet.parts/part-{80:020d}.parquet").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.kill(stays, signal.SIGKILL)  # it would never end
        assert not (folder / "there.parquet").exists()
        assert main([*command, "--resume"]) == 0
    finally:
        client.unregister_worker_plugin("watched")
    there = capfd.readouterr()
    assert main(["sweep", *GRID, "-o", "here.parquet"]) == 0
    assert capfd.readouterr() == there
    same()
    computed = sorted(map(int, (notes / "computed").read_text().split()))
    assert set(computed) == set(range(0, 380, 20))
    assert all(computed.count(start) == 1 for start in range(0, 100, 20))


def test_an_interrupted_sweep_goes_on(scheduler, folder, capsys):
    plan = Plan(("mobilenet_v1",), space_of({"alpha": [n / 100 for n in range(10, 70)], "resolution": [96, 128]}))

    def swept(resume, progress):
        found = Summary(plan)
        with on_cluster(scheduler) as engine:
            return record(Work(plan), found, "a.csv", resume, progress, engine), found.tried

    def interrupted(tried):
        raise KeyboardInterrupt

    assert swept(False, interrupted) == (False, 20)
    first = (folder / "a.csv").read_text()
    assert first.count("\n") == 21
    assert swept(True, lambda tried: None) == (True, 120)
    assert (folder / "a.csv").read_text().startswith(first)
    assert (folder / "a.csv").read_text().count("\n") == 121


def test_a_stretch_that_kills_every_worker(monkeypatch, scheduler):
    def deadly(job, start, stop):
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(cluster, "_carried_out", deadly)
    plan = Plan(("mobilenet_v1",), space_of({"alpha": [0.5]}))
    with on_cluster(scheduler) as engine, pytest.raises(ArchcalcError, match="4 workers died, one after the other"):
        list(engine(Work(plan), None))


# ---------------------------------------------------------------------------------------------
# What is refused.


def refused(arguments, capfd):
    """What is said of a sweep that fails, and nothing else."""
    assert main(["sweep", *arguments, "--engine", "dask"]) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_worker_with_another_archcalc(monkeypatch, scheduler, capfd):
    monkeypatch.setattr("archcalc.sweeping.plan.__version__", "0.0.7")
    said = refused([*GRID, "--scheduler", scheduler], capfd)
    assert said.startswith("the worker tcp://127.0.0.1:")
    assert " has archcalc " in said
    assert ", expected 0.0.7; the scheduler and all workers need the same archcalc" in said


def test_a_worker_with_other_specs(folder, client, scheduler, capfd):
    """A path that leads to another file on the workers, and one that leads nowhere."""
    (folder / "a.yaml").write_text("input: [n, 4, 4]\nvars: {n: 3}\nlayers: [{conv: [2, 3]}]\n")
    (folder / "other").mkdir()
    command = ["a.yaml", "--over", "n=1:3", "--scheduler", scheduler]
    homes = client.run(os.getcwd)
    client.run(os.chdir, str(folder / "other"))
    try:
        assert " cannot read what it needs: there is no file 'a.yaml'; a path must lead to " in refused(command, capfd)
        (folder / "other" / "a.yaml").write_text("input: [n, 4, 4]\nvars: {n: 3}\nlayers: [{conv: [2, 5]}]\n")
        assert " has other contents of: specs; a path must lead to the same file " in refused(command, capfd)
        client.run(os.chdir, str(folder))
        assert main(["sweep", *command, "--engine", "dask"]) == 0
    finally:
        for worker, home in homes.items():
            client.run(os.chdir, home, workers=[worker])


def test_a_folder_that_is_not_shared(monkeypatch, scheduler, folder, capfd):
    """Whether the worker sees that it is not there, or the client that nothing comes."""
    command = [*GRID, "--scheduler", scheduler, "-o", "a.parquet", "--resume"]
    monkeypatch.setattr(Parts, "has", lambda parts, start: False)
    said = refused(command, capfd)
    assert f"part-{0:020d}.parquet' is not here, but a worker has written it; the folder must be in " in said
    (folder / "a.parquet.parts/sweep.json").unlink()
    monkeypatch.setattr(Parts, "_open", lambda *_: None)
    assert f" does not see the folder '{folder}/a.parquet.parts'; the folder must be " in refused(command, capfd)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("foo", "'foo' is no address of a scheduler: missing port number"),
        ("tcp://127.0.0.1:1", "there is no scheduler at 'tcp://127.0.0.1:1': nobody answers; start one with: dask "),
    ],
)
def test_no_scheduler(address, message, monkeypatch, capfd):
    monkeypatch.setattr(cluster, "WAIT", 0.3)
    assert refused([*GRID, "--scheduler", address], capfd).startswith(message)


def test_a_worker_is_no_scheduler(client, monkeypatch, capfd):
    address = next(iter(client.nthreads()))
    assert refused([*GRID, "--scheduler", address], capfd).startswith(
        f"there is no scheduler at '{address}': worker answers"
    )


def test_no_workers(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(cluster, "WAIT", 0.5)
    with started(0, str(tmp_path)) as empty:
        address = empty.scheduler_address
        said = refused([*GRID, "--scheduler", address], capfd)
    assert said == f"the scheduler {address} has no workers; start some with: dask worker {address}\n"


def test_errors_of_a_worker_arrive_as_they_are(scheduler, folder):
    plan = Plan(("mobilenet_v1",), space_of({"alpha": [0.5, 1.0]}))
    parts = Parts.of("b.parquet", Work(plan).identity(), False)
    (folder / "b.parquet.parts" / f"part-{0:020d}.parquet").mkdir()  # in the way
    with on_cluster(scheduler) as engine, pytest.raises(ArchcalcError) as caught:
        list(engine(Work(plan), parts))
    assert caught.value.message == f"cannot write '{parts.path(0)}': Is a directory"


def test_a_time_out_of_a_worker_is_its_own(monkeypatch, scheduler):
    """And no sign of a scheduler that is lost."""

    def late(job, start, stop):
        raise TimeoutError("its own")

    monkeypatch.setattr(cluster, "_carried_out", late)
    plan = Plan(("mobilenet_v1",), space_of({"alpha": [0.5]}))
    with on_cluster(scheduler) as engine, pytest.raises(TimeoutError, match="its own"):
        list(engine(Work(plan), None))


def test_a_scheduler_that_ends(folder, monkeypatch):
    monkeypatch.setattr(cluster, "WAIT", 1)
    plan = Plan(("mobilenet_v1",), space_of({"alpha": [0.5], "classes": range(1, 2001)}))
    with started(1, str(folder)) as ends, on_cluster(ends.scheduler_address) as engine:
        summaries = engine(Work(plan), None)
        next(summaries)
        ends.close()
        with pytest.raises(ArchcalcError, match=f"the scheduler {ends.scheduler_address} is lost: "):
            list(summaries)


def test_another_convention_is_another_sweep(folder):
    """A file of the same name, with other contents."""
    file = folder / "own.yaml"
    space = space_of({"classes": [10]})
    plan = Plan(("lenet5",), space, settings=Settings(convention=str(file)))
    file.write_text("unit: MAC\nrule: all\ncounts: {conv: mac}\notherwise: 0\n")
    before = plan.identity()
    assert plan.identity() == before
    file.write_text("unit: MAC\nrule: all\ncounts: {conv: 2 * mac}\notherwise: 0\n")
    assert plan.identity() != before


def test_dask_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["sweep", *GRID, "--engine", "dask"]) == 2
    said = "the engine dask needs dask, which is not installed; install it with: pip install 'archcalc[dask]'\n"
    assert capsys.readouterr().err == said


def test_a_scheduler_is_for_dask(capsys):
    assert main(["sweep", *GRID, "--scheduler", "tcp://127.0.0.1:8786"]) == 2
    assert capsys.readouterr().err == "--scheduler is for --engine dask\n"
