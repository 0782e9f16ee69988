"""Registers the checks of the settings with Django."""

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ledenbrug.site"
    label = "site"

    def ready(self) -> None:
        import_module("ledenbrug.site.checks")
