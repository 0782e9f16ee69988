"""The web application as a WSGI callable, for the server that `ledenbrug run` starts.

It must not do anything but build that callable.
"""

import os
import signal

from django.core.wsgi import get_wsgi_application

from ledenbrug.site import deaths, start

AT_ONCE = 4
"""More at a time would only wait for each other."""

deaths.of_this_process(signal.SIGTERM)  # the server's own processes must not outlive it, holding the port
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledenbrug.site.settings")
django = get_wsgi_application()

from ledenbrug.site.taking_in import TakingIn  # noqa: E402 - it asks an application how large a file may be

application = TakingIn(django, at_once=AT_ONCE)
start.loaded()
