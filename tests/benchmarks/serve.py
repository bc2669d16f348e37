"""How long the playground takes from a text to JSON. Run by hand:

    python tests/benchmarks/serve.py

Medians of 30 requests over HTTP, each of a text that differs from the one before, to a child that is warm. The limit
of issue 10 is 100 ms for ResNet-50. What the processor works on is shown beside it: on a machine that others use too,
a request waits as well.
"""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time

from archcalc.playground import Playground
from archcalc.playground.answer import answer
from archcalc.playground.server import TOKEN

RUNS = 30
NETWORKS = ("lenet5", "vgg16", "resnet50", "mobilenet_v2", "densenet121", "resnet1202")


def main() -> None:
    """Print a line a network."""
    with Playground(seconds=60) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"{'network':16} {'kB':>7} {'median ms':>10} {'least ms':>10} {'processor ms':>13}")
        for name in NETWORKS:
            runs = RUNS if name != "resnet1202" else 3
            ask(server, name, 0)
            times, size = [], 0
            for run in range(runs):
                begin = time.perf_counter()
                size = ask(server, name, run)
                times.append((time.perf_counter() - begin) * 1000)
            own = statistics.median(processor_ms(name, run) for run in range(runs))
            print(f"{name:16} {size / 1000:7.0f} {statistics.median(times):10.1f} {min(times):10.1f} {own:13.1f}")
        server.shutdown()


def text_of(name: str, run: int) -> str:
    """A text that has not been asked about before."""
    return f"extends: {name}\nname: number {run}\n"


def ask(server: Playground, name: str, run: int) -> int:
    """The size of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    body = json.dumps({"text": text_of(name, run)})
    connection.request("POST", "/compute", body, {"Content-Type": "application/json", TOKEN: server.token})
    found = connection.getresponse().read()
    connection.close()
    assert found.startswith(b'{"document"'), found
    return len(found)


def processor_ms(name: str, run: int) -> float:
    """The time of a processor that an answer takes, without HTTP."""
    begin = time.process_time()
    answer(text_of(name, run))
    return (time.process_time() - begin) * 1000


if __name__ == "__main__":
    main()
