"""The web application as a WSGI callable, for the server that `ledenbrug run` starts.

It must not do anything but build that callable.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledenbrug.site.settings")
application = get_wsgi_application()
