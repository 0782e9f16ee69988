"""Which application answers which address.

It must not name single screens: each application lists its own.
"""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from ledenbrug.site import accounts, first_admin, health, hooks, metrics, own_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    path("hooks/<slug:package>/<slug:key>/", hooks.hook, name="hook"),
    path("start/<str:token>", first_admin.first_admin, name="first_admin"),
    path("fill-in/", own_page.closed, name="own_page_closed"),
    path("fill-in/<str:token>", own_page.enter, name="own_page_enter"),
    path("fill-in/<int:member>/", own_page.own_page, name="own_page"),
    path("fill-in/<int:member>/thanks/", own_page.thanks, name="own_page_thanks"),
    path("account/email/", accounts.own_address),  # allauth's own would let people choose
    path("account/password/reset/", accounts.PasswordReset.as_view()),  # reversed by allauth's name for it
    path("account/", include("allauth.urls")),
    path("language/setlang/", login_not_required(set_language), name="set_language"),  # on the log-in page too
    path("", include("ledenbrug.manager.urls")),
]
