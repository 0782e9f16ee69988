from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManagerConfig(AppConfig):
    name = "ledenbrug.manager"
    label = "manager"
    verbose_name = _("Manager")

    def ready(self) -> None:
        from ledenbrug.manager import access
        from ledenbrug.members import tasks

        tasks.only_if(access.still_may_change_members)
