"""What takes longer than a person should wait: begun with a press, followed on a page, found back, stopped."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from ledenbrug.members import letters, tasks
from ledenbrug.members.models import BulkChange, FillRequest, FillRound, ImportProposal, Member, Role, Task
from ledenbrug.sync import jobs
from tests.manager.front import Front, a_front
from tests.members.factories import a_custom_field, a_status

pytestmark = pytest.mark.django_db(transaction=True)
MANY = tasks.asking.SMALL + 1


def a_file(rows: int = 3000, column: str = "Lidnummer") -> bytes:
    lines = (f"{20_000 + n};Uit een lang bestand {n};Brugge" for n in range(rows))
    return "\n".join([f"{column};Achternaam;Plaats", *lines]).encode()


def upload(front: Front, client: Client, content: bytes) -> HttpResponse:
    form = {"file": SimpleUploadedFile("leden.csv", content), "match_by": "number", "status": front.status.pk}
    return client.post(f"{front.root}members/import/", form)


def work() -> None:
    """As a worker that is told of each."""
    for each in Task.objects.filter(over_at=None):
        jobs.task(task_id=each.pk)


def said(answer: object) -> list[str]:
    return [str(each) for each in answer.context["messages"]]  # type: ignore[attr-defined]


def many_members(front: Front) -> None:
    Member.objects.bulk_create(
        Member(association=front.association, number=str(30_000 + n), last_name="Velen", status=front.status)
        for n in range(MANY)
    )


def test_a_long_file_goes_by_way_of_its_page_to_the_preview_the_yes_and_the_undo(front: Front) -> None:
    client, before = front.as_(Role.SECRETARY), Member.objects.count()
    page = upload(front, client, a_file())["Location"]
    assert "This begins in a moment." in client.get(page).content.decode()
    assert page in client.get(f"{front.root}members/import/").content.decode()
    work()
    preview = client.get(page)["Location"]
    shown = client.get(preview).content.decode()
    assert "Write 3000 members" in shown
    assert preview in client.get(f"{front.root}members/import/").content.decode()
    writes = client.post(preview)["Location"]
    assert client.post(preview)["Location"] == client.get(preview)["Location"] == writes
    assert Member.objects.count() == before
    work()
    written = client.get(writes, follow=True)
    assert said(written) == ["Imported: 3000 new members, 0 changed."]
    assert Member.objects.count() == before + 3000
    undo = f"{front.root}members/bulk/{BulkChange.objects.get().pk}/undo/"
    undoes = client.post(undo)["Location"]
    assert client.post(undo)["Location"] == undoes
    work()
    assert said(client.get(undoes, follow=True)) == ["3000 members are as before."]
    assert Member.objects.filter(deleted_at=None).count() == before - 1  # one was deleted before
    assert client.get(page, follow=True).status_code == 200  # an old page still leads somewhere


@pytest.mark.parametrize("what", ["status", "field", "delete"])
def test_a_change_of_many_is_done_by_a_worker(front: Front, what: str) -> None:
    many_members(front)
    client = front.as_(Role.SECRETARY)
    to = a_status(front.association, "Oud-lid").pk
    query = {"status": f"&to={to}&start=2026-05-01", "field": "&field=city&value=Sneek", "delete": ""}[what]
    address = f"{front.root}members/bulk/{what}/?q=velen&all=1{query}"
    page = client.post(address, {"seen": str(MANY)})["Location"]
    assert client.post(address, {"seen": str(MANY)})["Location"] == page
    assert not BulkChange.objects.exists()
    Member.objects.create(association=front.association, number="1", last_name="Velen", status=front.status)
    work()
    assert BulkChange.objects.get().count == MANY  # who fits the filter later is not among them
    assert client.get(page)["Location"] == f"{front.root}members/bulk/{BulkChange.objects.get().pk}/"


def test_many_are_asked_to_fill_in_by_a_worker_and_no_mail_leaves_before(front: Front) -> None:
    a_custom_field(front.association, by_members=True)
    many_members(front)
    Member.objects.create(association=front.association, number="1", last_name="Velen", status=front.status)
    Member.objects.filter(last_name="Velen").update(email="velen@leden.example")
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/bulk/ask/?q=velen&all=1"
    given = {"why": "Nieuwe shirts.", "language": "nl", "seen": str(MANY + 1), "again": "0"}
    refused = client.post(address, given | {"why": "mijn bsn: 111222333"})
    assert list(refused.context["form"].errors) == ["why"]
    page = client.post(address, given)["Location"]
    assert client.post(address, given)["Location"] == page
    assert "No mail leaves before this is done." in client.get(page).content.decode()
    assert not FillRound.objects.exists()
    assert letters.send(clock=timezone.now) == 0
    Member.objects.filter(number="30000").update(email="")  # is not to be asked any more
    work()
    assert "look at the numbers again" in client.get(page).content.decode()
    page = client.post(address, given | {"seen": str(MANY)})["Location"]
    work()
    asks = FillRound.objects.get()
    assert (asks.asked, asks.why, str(asks.by_id)) == (MANY, "Nieuwe shirts.", client.session["_auth_user_id"])
    ended = client.get(page, follow=True)
    assert ended.redirect_chain == [(f"{front.root}members/asked/{asks.pk}/", 302)]
    assert said(ended) == [f"{MANY} mails are on their way."]


def test_asking_many_that_is_stopped_mails_nobody(front: Front) -> None:
    a_custom_field(front.association, by_members=True)
    many_members(front)
    Member.objects.filter(last_name="Velen").update(email="velen@leden.example")
    client, address = front.as_(Role.SECRETARY), f"{front.root}members/bulk/ask/?q=velen&all=1"
    page = client.post(address, {"language": "nl", "seen": str(MANY), "again": "0"})["Location"]
    client.post(f"{page}stop/")
    work()
    assert letters.send(clock=timezone.now) == 0
    assert not FillRequest.objects.exists()


def test_a_page_that_is_looked_at_changes_by_itself_and_goes_on_when_it_is_over(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    page = upload(front, client, a_file())["Location"]
    Task.objects.update(attempt=1, seen_at=timezone.now(), done=2000, total=3000)
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "2,000 of 3,000 rows looked at" in part
    assert '<progress max="3000" value="2000"' in part
    dutch = client.get(page, headers={"Accept-Language": "nl"}).content.decode()
    assert "2.000 van 3.000 rijen bekeken" in dutch
    assert '<noscript><meta http-equiv="refresh"' in dutch
    Task.objects.update(attempt=0, seen_at=None)
    work()
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_without_a_worker_the_page_says_so(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    page = upload(front, client, a_file())["Location"]
    assert "there is no worker" in client.get(page).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert "there is no worker" not in client.get(page).content.decode()


def test_a_long_file_that_cannot_be_taken_says_why_on_its_page(front: Front) -> None:
    client = front.as_(Role.SECRETARY)
    page = upload(front, client, a_file(column="Nummer van iets"))["Location"]
    work()
    answer = client.get(page)
    assert "The column is missing by which members are recognised: Member number." in answer.content.decode()
    assert not ImportProposal.objects.exists()
    assert "came to nothing" in client.get(f"{front.root}members/bulk/").content.decode()


def test_it_can_be_stopped_by_a_colleague(front: Front) -> None:
    page = upload(front, front.as_(Role.SECRETARY), a_file())["Location"]
    colleague = front.as_(Role.ADMIN)
    assert said(colleague.post(f"{page}stop/", follow=True)) == ["Stopped. Nothing was written."]
    work()
    assert "Somebody stopped it." in colleague.get(page).content.decode()
    assert said(colleague.post(f"{page}stop/", follow=True)) == ["It was done before it could be stopped."]


def test_the_rows_of_another_association_are_not_written_by_ones_own_task(front: Front) -> None:
    theirs = a_front()
    before = list(Member.objects.of(theirs.association).order_by("id").values("id", "city"))
    asked = tasks.WriteField(members=[theirs.member.pk], seen=1, field="city", value="Sneek")
    user = front.user(Role.SECRETARY)
    tasks.work(tasks.ask(front.association, asked, by=user, now=timezone.now()).pk, now=timezone.now())
    assert list(Member.objects.of(theirs.association).order_by("id").values("id", "city")) == before


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 30, "9" * 5000])
def test_a_count_that_nobody_saw_changes_nothing(front: Front, seen: str) -> None:
    answer = front.as_(Role.SECRETARY).post(f"{front.root}members/bulk/delete/?all=1", {"seen": seen})
    assert said(answer) == ["Members changed in the meantime. Nothing was done: look at the numbers again."]
    assert not Task.objects.exists()
