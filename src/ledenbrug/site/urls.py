"""Which application answers which address.

It must not name single screens: each application lists its own.
"""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from ledenbrug.site import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health, name="health"),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
for application in ("ledenbrug.sync.urls", "ledenbrug.manager.urls"):
    if find_spec(application.removesuffix(".urls")) and find_spec(application):
        urlpatterns.append(path("", include(application)))
