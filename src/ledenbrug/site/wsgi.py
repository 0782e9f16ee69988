"""The web application as a WSGI callable, for the server that `ledenbrug run` starts.

It must not do anything but build that callable.
"""

import os
import signal

from django.core.wsgi import get_wsgi_application

from ledenbrug.site import deaths, start

deaths.of_this_process(signal.SIGTERM)  # the server's own processes must not outlive it, holding the port
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledenbrug.site.settings")
application = get_wsgi_application()
start.loaded()
