from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncConfig(AppConfig):
    name = "ledenbrug.sync"
    label = "sync"
    verbose_name = _("Connections")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ledenbrug.members import bell, erasing
        from ledenbrug.members import proposing as proposed
        from ledenbrug.sync import proposing, wake
        from ledenbrug.sync.erasing import forget

        bell.listen(wake.association)
        erasing.also(forget)
        proposed.listen(proposing.decided)
