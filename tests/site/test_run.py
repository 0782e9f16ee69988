import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.site.programs import Program, command, running_command
from tests.site.servers import is_alive, kill, postmaster
from tests.waiting import until


@pytest.fixture(scope="module")
def prepared(used_home: Path) -> Path:
    """A home where `ledenbrug run` was before: tables made, styles collected."""
    with running_command("run", "--port", "0", "--workers", "0", home=used_home) as program:
        program.wait_for("Ledenbrug is at")
    return used_home


@pytest.fixture
def site(prepared: Path) -> Iterator[Program]:
    with running_command("run", "--port", "0", home=prepared) as program:
        program.wait_for("Ledenbrug is at")
        yield program


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


PASSWORD = "een lange zin met eend"


def test_the_first_account_is_made_by_a_link_that_works_once(site: Program) -> None:
    url = site.url
    link = site.wait_for("/start/").strip()
    form = {"association": "Roeivereniging De Meander", "name": "Ans", "email": "ans@meander.example"}
    with httpx2.Client(follow_redirects=True, timeout=60) as browser:
        assert browser.get(link[:-3] + "abc").status_code == 404
        page = browser.get(link)
        assert 'name="password"' in page.text
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        weak = browser.post(link, data={**form, **token, "password": "geheim"})
        assert "errorlist" in weak.text
        inside = browser.post(link, data={**form, **token, "password": PASSWORD})
        assert inside.status_code == 200
        assert "Roeivereniging De Meander" in inside.text
        assert inside.url.path == "/roeivereniging-de-meander/"
    again = httpx2.get(link, timeout=60)
    assert (again.status_code, again.headers["location"]) == (302, "/account/login/")
    with httpx2.Client(follow_redirects=True, timeout=60) as browser:
        browser.get(f"{url}/account/login/")
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        inside = browser.post(
            f"{url}/account/login/",
            data={**token, "login": "Ans@meander.example", "password": PASSWORD},
        )
        assert inside.url.path == "/roeivereniging-de-meander/"


def test_styles_and_scripts_are_there_hashed_and_small(site: Program) -> None:
    url = site.url
    page = httpx2.get(f"{url}/account/login/", timeout=60)
    wanted = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert any("bootstrap" in path for path in wanted)
    for path in wanted:
        got = httpx2.get(url + path, timeout=60)
        assert got.status_code == 200
        assert "immutable" in got.headers["cache-control"]
        assert path.endswith(".svg") or got.headers["content-encoding"] in ("gzip", "br")


def test_whatever_is_killed_comes_back(site: Program, prepared: Path) -> None:
    url = site.url
    me = psutil.Process(site.process.pid)
    web = next(child for child in me.children() if "granian" in child.cmdline())
    (serving,) = web.children()
    worker = next(child for child in me.children() if "ledenbrug.site.work" in child.cmdline())
    kill(serving.pid)
    until(lambda: answers(url))
    kill(web.pid)
    site.wait_for("web stopped (SIGKILL)")
    until(lambda: answers(url))
    kill(worker.pid)
    site.wait_for("worker 1 stopped (SIGKILL)")
    server = postmaster(prepared)
    kill(server)
    until(lambda: not is_alive(server))
    until(lambda: answers(url))


def test_fifty_who_send_slowly_keep_nobody_waiting(site: Program) -> None:
    """Four of them stood in everybody's way: each held a thread until all of it had come."""
    url = site.url
    address = ("127.0.0.1", int(url.rpartition(":")[2]))
    begun = f"POST /account/login/ HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nContent-Length: 1000\r\n\r\nlogin="
    with ExitStack() as senders:
        slow = [senders.enter_context(socket.create_connection(address)) for _ in range(50)]
        for each in slow:
            each.sendall(begun.encode())
        for _ in range(3):
            assert httpx2.get(f"{url}/account/login/", timeout=30).status_code == 200
            for each in slow:
                each.sendall(b"a")
        each.sendall(b"a" * (1000 - len("login=") - 3))
        assert each.recv(100).startswith(b"HTTP/1.1 403")  # whole, and without the mark of a form of ours


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything(prepared: Path, kind: signal.Signals) -> None:
    with running_command("run", "--port", "0", home=prepared) as site:
        site.wait_for("Ledenbrug is at")
        everything = [
            site.process.pid,
            *(child.pid for child in psutil.Process(site.process.pid).children(recursive=True)),
        ]
        assert len(everything) >= 5
        assert site.stop(kind) == 0
        assert site.said.endswith("Stopped.")
        until(lambda: not any(is_alive(pid) for pid in everything))


def test_nothing_survives_when_the_command_itself_is_killed(prepared: Path) -> None:
    with running_command("run", "--port", "0", home=prepared) as site:
        site.wait_for("Ledenbrug is at")
        everything = [child.pid for child in psutil.Process(site.process.pid).children(recursive=True)]
        kill(site.process.pid)
        until(lambda: not any(is_alive(pid) for pid in everything))


def test_a_taken_port_is_no_obstacle_unless_it_was_asked_for(prepared: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        refused = command("run", "--port", taken, home=prepared)
        assert (refused.returncode, refused.stderr) == (
            1,
            f"Port {taken} of 127.0.0.1 is in use. Choose another with --port, or leave it out.\n",
        )
        assert command("run", home=prepared, LEDENBRUG_PORT=taken).returncode == 1


def test_a_wrong_setting_stops_the_start_with_what_to_do(prepared: Path) -> None:
    refused = command("run", "--port", "0", home=prepared, LEDENBRUG_MODULES="ledgerland")
    assert refused.returncode == 1
    assert "LEDENBRUG_MODULES names 'ledgerland'" in refused.stderr
    assert "Traceback" not in refused.stderr
