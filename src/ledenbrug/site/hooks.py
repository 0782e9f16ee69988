"""The address at which a bookkeeping package tells of changes: who may say what is for `sync.hints`.

It must not tell a stranger anything, and keeps no one waiting.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ledenbrug.core.hooks import Refusal
from ledenbrug.sync import hints

MOST_BYTES = 1_000_000


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, package: str, key: str) -> HttpResponse:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    told = hints.hear(package=package, key=key, headers=headers, body=body, now=timezone.now())
    if told is None:
        return HttpResponse(status=404)
    return HttpResponse(status=400 if isinstance(told, Refusal) else 200)
