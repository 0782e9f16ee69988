"""Which application answers which address.

It must not name single screens: each application lists its own.
"""

from django.urls import URLPattern, URLResolver, include, path

from ledenbrug.site import first_admin, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health, name="health"),
    path("start/<str:token>", first_admin.first_admin, name="first_admin"),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("ledenbrug.manager.urls")),
]
