"""The server as others see it: who is answered, what is refused, what is bounded, and that nothing stays behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import ArchcalcError
from archcalc.playground import Playground
from archcalc.playground.server import MAX_BODY, MAX_CONNECTIONS, TOKEN

SMALL = "input: [3, 8, 8]\nlayers: [{conv: [4, 3]}]"
LONG = "input: [3, 8, 8]\nlayers: [{relu: , repeat: 100000}]"


@pytest.fixture(scope="module")
def served():
    yield from running(Playground(seconds=60))


def running(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(server, method="POST", path="/compute", body=None, **headers):
    """Status, headers and body of an answer; a header of None is left out."""
    usual = {"Host": f"127.0.0.1:{server.port}"}
    if method == "POST":
        usual |= {"Content-Type": "application/json", TOKEN: server.token}
    given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    data = json.dumps(body).encode() if not isinstance(body, bytes) and body is not None else body
    if data is not None:
        given = {"Content-Length": str(len(data))} | given
    for name, value in given.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(data)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


def compute(server, text):
    status, _, body = ask(server, body={"text": text})
    assert status == 200
    return json.loads(body)


def test_a_text_is_computed(served):
    found = compute(served, SMALL)["document"]
    assert found["values"]["params"] == [0, 112]


def test_mistakes_come_with_places(served):
    assert compute(served, "input: 3\nlayers: [{cnov: 3}]") == {
        "errors": [{"text": "unknown op or block 'cnov'; did you mean 'conv'?", "line": 2, "column": 11}]
    }


def test_a_text_of_the_zoo(served):
    status, headers, body = ask(served, "GET", "/zoo/resnet50")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert body.startswith(b"extends: families/resnet_bottleneck.yaml")


def test_the_page(served):
    status, headers, body = ask(served, "GET", "/")
    text = body.decode()
    assert status == 200
    assert served.token in text
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert ask(served, "GET", "/")[1]["Content-Security-Policy"] != policy  # a nonce is used once
    for name, kind in (("js", "text/javascript"), ("css", "text/css")):
        assert ask(served, "GET", f"/playground.{name}")[:2][1]["Content-Type"].startswith(kind)


def test_it_listens_on_this_machine_only(served):
    assert served.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path", ["/x", "/../README.md", "/zoo/", "/zoo/../lenet5", "/zoo/%2e%2e/x", "/zoo/blocks/basic", "/?x", "*",
             "/LICENSES.txt", "/zoo//etc/passwd", "/page.js/..", "/compute", "http://127.0.0.1/"]
)  # fmt: skip
def test_there_is_nothing_else(served, path):
    assert ask(served, "GET", path)[0] == 404
    assert ask(served, "POST", path if path != "/compute" else "/", {"text": SMALL})[0] == 404


@pytest.mark.parametrize(
    "host", [None, "", "example.org", "127.0.0.1", "127.0.0.1:1", "localhost", "0.0.0.0:{}", "evil.127.0.0.1:{}",
             "127.0.0.1:{}.evil.org", "[::1]:{}", "127.0.0.1:{}@evil.org"]
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_hosts_are_refused(served, host, method):
    """A name that somebody else has made to lead here: rebinding."""
    host = host if host is None else host.format(served.port)
    path, body = ("/", None) if method == "GET" else ("/compute", {"text": SMALL})
    status, _, found = ask(served, method, path, body, Host=host)
    assert status == 421
    assert served.token.encode() not in found


def test_localhost_is_a_name_of_it(served):
    own = f"localhost:{served.port}"
    assert ask(served, body={"text": SMALL}, Host=own, Origin=f"http://{own}")[0] == 200


@pytest.mark.parametrize("origin", ["null", "", "http://example.org", "https://127.0.0.1:{}", "http://127.0.0.1:1",
                                    "http://127.0.0.1:{}.evil.org", "http://localhost:{}", "file://"])  # fmt: skip
def test_other_origins_are_refused(served, origin):
    status, headers, _ = ask(served, body={"text": SMALL}, Origin=origin.format(served.port))
    assert status == 403
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_its_own_origin_is_answered_and_says_nothing_to_others(served):
    status, headers, _ = ask(served, body={"text": SMALL}, Origin=served.address.rstrip("/"))
    assert status == 200
    assert not [name for name in headers if name.lower().startswith("access-control")]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_says_of_other_sites_counts(served, site):
    assert ask(served, body={"text": SMALL}, Sec_Fetch_Site=site)[0] == 403
    assert ask(served, "GET", "/playground.js", Sec_Fetch_Site=site)[0] == 403
    assert ask(served, "GET", "/", Sec_Fetch_Site=site)[0] == 200  # a link to it, which gives nothing away


@pytest.mark.parametrize("token", [None, "", "x", "\u00e4"])
def test_without_the_token_nothing_is_computed(served, token):
    assert ask(served, body={"text": SMALL}, **{TOKEN: token})[0] == 403


def test_every_run_has_its_own_token(served):
    with Playground() as other:
        assert other.token != served.token
        assert len(other.token) >= 32


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_only_json_is_taken(served, kind):
    assert ask(served, body={"text": SMALL}, Content_Type=kind)[0] == 415


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b"null", b'{"text": 3}', b'{"txt": ""}', b"\xff", b"[" * 10000,
             b'{"text": "\\ud800"}']
)  # fmt: skip
def test_what_is_no_request_is_refused(served, body):
    assert ask(served, body=body)[0] == 400


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get"])
def test_other_methods_are_refused(served, method):
    status, headers, _ = ask(served, method, "/compute" if method != "CONNECT" else "x:1")
    assert status == 405
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_large_texts_are_refused_before_they_are_read(served):
    assert ask(served, body=None, Content_Length=str(MAX_BODY + 1))[0] == 413
    assert ask(served, body=None, Content_Length="9" * 5000)[0] == 413
    text = "#" * (MAX_BODY - 20)
    assert "errors" in compute(served, text)


@pytest.mark.parametrize("length", [None, "-1", "x", "1_0", "\u00b2", "+5"])
def test_a_length_is_needed(served, length):
    assert ask(served, body=None, Content_Length=length)[0] == 411


def test_chunks_of_no_known_length_are_refused(served):
    assert ask(served, body=b"0\r\n\r\n", Transfer_Encoding="chunked")[0] == 411


def test_what_is_no_http_is_refused(served):
    for line in (b"\x16\x03\x01\x00", b"GET / HTTP/9\r\n\r\n", b"A" * 70000 + b"\r\n", b"GET /\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as other:
            other.sendall(line + b"\r\n\r\n")
            other.shutdown(socket.SHUT_WR)
            try:
                found = other.recv(10000)
            except ConnectionResetError:  # with the rest unread
                found = b""
            assert served.token.encode() not in found
    test_a_text_is_computed(served)


def test_connections_are_limited(served):
    held = [socket.create_connection(("127.0.0.1", served.port), timeout=30) for _ in range(MAX_CONNECTIONS + 8)]
    try:
        assert held[-1].recv(1) == b""  # closed: there is no place
    finally:
        for one in held:
            one.close()
    for _ in range(100):  # until those threads have ended
        try:
            return test_a_text_is_computed(served)
        except (ConnectionError, http.client.HTTPException):
            time.sleep(0.1)
    raise AssertionError("the places are not free again")


def test_two_clients_at_once(served):
    names = ["lenet5", "alexnet", "vgg16", "resnet18", "perceptron", "dqn"] * 3
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda name: compute(served, f"extends: {name}"), names))
    assert [one["document"]["title"] for one in found] == [archcalc.load(name).name for name in names]


# ---------------------------------------------------------------------------------------------
# Time, memory, and the end.


def test_what_takes_long_is_ended_and_the_next_text_computed():
    for server in running(Playground(seconds=1)):
        assert compute(server, LONG) == {"errors": [{"text": "this takes longer than the 1 s it may"}]}
        assert "document" in compute(server, SMALL)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux")
def test_what_takes_much_memory_is_ended_and_the_next_text_computed():
    for server in running(Playground(seconds=60, memory=180 * 2**20)):
        assert "document" in compute(server, SMALL)
        assert compute(server, LONG) == {"errors": [{"text": "this takes more memory than the 180 MiB it may"}]}
        assert "document" in compute(server, SMALL)


def test_a_taken_port_is_said_to_be(served, capsys):
    with pytest.raises(ArchcalcError, match=f"cannot listen on port {served.port}: .*; --port names another"):
        Playground(served.port)
    assert main(["serve", "--port", str(served.port), "--no-browser"]) == 2
    assert "cannot listen on port" in capsys.readouterr().err
    assert main(["serve", "--port", "70000", "--no-browser"]) == 2
    assert "the port is 70000, expected a number from 0 to 65535" in capsys.readouterr().err


def test_closing_ends_the_child_also_while_it_computes():
    server = Playground(seconds=60)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server, body={"text": LONG})
        while not server.worker._is_ready:
            time.sleep(0.05)
        child = server.worker._process
        server.shutdown()
        server.server_close()
        assert json.loads(asked.result()[2]) == {"errors": [{"text": "the playground has ended"}]}
    assert not child.is_alive()


def started(*arguments):
    command = [sys.executable, "-m", "archcalc", "serve", "--no-browser", *arguments]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:")
    return process, int(address.rstrip("/").rpartition(":")[2])


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(pid) for pid in file.read().split()]


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_the_command_leaves_nothing_behind(sign):
    process, port = started()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/")
    answer = connection.getresponse()
    token = re.search(r'"token":"([\w-]+)"', answer.read().decode())[1]
    own = children(process)
    assert own
    for _ in range(2 if sign == signal.SIGINT else 1):
        body = json.dumps({"text": SMALL})
        connection.request("POST", "/compute", body, {"Content-Type": "application/json", TOKEN: token})
        assert b"document" in connection.getresponse().read()
        for pid in own if sign == signal.SIGINT else ():
            os.kill(pid, sign)  # Ctrl-C reaches the child as well, which leaves the end to its parent
    os.kill(process.pid, sign)
    connection.close()
    out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if sign == signal.SIGINT else -sign)
    assert (out, err if sign == signal.SIGINT else "") == ("", "")
    for _ in range(300):
        if not any(map(is_running, own)):
            break
        time.sleep(0.1)
    assert not any(map(is_running, own))
    with Playground(port):
        pass  # the port is free
