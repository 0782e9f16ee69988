"""Every address of the Manager. An association's pages begin with its short name; one address is the same for all:
the one that packages send people back to.
"""

from django.urls import path

from ledenbrug.manager.views import (
    bulk,
    connection,
    decisions,
    duplicates,
    erasing,
    home,
    imports,
    integrations,
    mandates,
    member_changes,
    members,
    notes,
    questions,
    runs,
    settings,
    users,
    wizard,
)

app_name = "manager"

INTEGRATION = "<slug:slug>/settings/integrations/<slug:package>/"
CONNECTION = INTEGRATION + "<int:connection>/"
MEMBER = "<slug:slug>/members/<int:member>/"

urlpatterns = [
    path("", home.associations, name="associations"),
    path("settings/integrations/<slug:package>/authorize", wizard.authorize, name="authorize"),
    path("<slug:slug>/", home.dashboard, name="dashboard"),
    # members
    path("<slug:slug>/members/", members.members, name="members"),
    path("<slug:slug>/members/add/", member_changes.add, name="member_add"),
    path("<slug:slug>/members/deleted/", members.deleted, name="deleted"),
    path("<slug:slug>/members/import/", imports.upload, name="import"),
    path("<slug:slug>/members/import/<int:proposal>/", imports.preview, name="import_preview"),
    path("<slug:slug>/members/export/", bulk.export, name="export"),
    path("<slug:slug>/members/alike/", duplicates.alike, name="alike"),
    path("<slug:slug>/members/duplicates/", duplicates.listed, name="duplicates"),
    path(MEMBER + "merge/<int:other>/", duplicates.merge, name="member_merge"),
    path("<slug:slug>/members/bulk/", bulk.changes, name="bulk_changes"),
    path("<slug:slug>/members/bulk/status/", bulk.status, name="bulk_status"),
    path("<slug:slug>/members/bulk/delete/", bulk.delete, name="bulk_delete"),
    path("<slug:slug>/members/bulk/<int:change>/", bulk.change, name="bulk_change"),
    path("<slug:slug>/members/bulk/<int:change>/undo/", bulk.undo, name="bulk_undo"),
    path(MEMBER, members.member, name="member"),
    path(MEMBER + "edit/", member_changes.edit, name="member_edit"),
    path(MEMBER + "status/", member_changes.status, name="member_status"),
    path(MEMBER + "periods/<int:period>/remove/", member_changes.remove_period, name="period_remove"),
    path(MEMBER + "payer/", member_changes.payer, name="member_payer"),
    path(MEMBER + "delete/", member_changes.delete, name="member_delete"),
    path(MEMBER + "erase/", erasing.erase, name="member_erase"),
    path(MEMBER + "restore/", member_changes.restore, name="member_restore"),
    path(MEMBER + "mandates/add/", mandates.add, name="mandate_add"),
    path(MEMBER + "mandates/<int:mandate>/end/", mandates.end, name="mandate_end"),
    path(MEMBER + "notes/add/", notes.add, name="note_add"),
    path(MEMBER + "notes/<int:note>/", notes.edit, name="note"),
    path(MEMBER + "iban/", mandates.iban, name="iban"),
    # settings
    path("<slug:slug>/settings/", settings.association, name="settings"),
    path("<slug:slug>/settings/statuses/", settings.statuses, name="statuses"),
    path("<slug:slug>/settings/statuses/add/", settings.status_add, name="status_add"),
    path("<slug:slug>/settings/statuses/<int:status>/", settings.status_edit, name="status_edit"),
    path("<slug:slug>/settings/administrations/", settings.administrations, name="administrations"),
    path("<slug:slug>/settings/administrations/add/", settings.administration_add, name="administration_add"),
    path(
        "<slug:slug>/settings/administrations/<int:administration>/",
        settings.administration_edit,
        name="administration_edit",
    ),
    path("<slug:slug>/settings/users/", users.users, name="users"),
    path("<slug:slug>/settings/users/invite/", users.invite, name="user_invite"),
    path("<slug:slug>/settings/users/<int:assignment>/", users.change, name="user_edit"),
    # integrations
    path("<slug:slug>/settings/integrations/", integrations.integrations, name="integrations"),
    path(INTEGRATION, integrations.package, name="package"),
    path(INTEGRATION + "add/", wizard.connect, name="connect"),
    path(INTEGRATION + "grant/<int:grant>/", wizard.grant, name="grant"),
    path(CONNECTION, connection.connection, name="connection"),
    path(CONNECTION + "edit/", connection.edit, name="connection_edit"),
    path(CONNECTION + "hold/", connection.hold, name="connection_hold"),
    path(CONNECTION + "remove/", connection.remove, name="connection_remove"),
    path(CONNECTION + "reconnect/", wizard.connect, name="reconnect"),
    path(CONNECTION + "act/<slug:action>/", connection.act, name="act"),
    path(CONNECTION + "progress/", decisions.progress, name="progress"),
    path(CONNECTION + "preview/", decisions.preview, name="preview"),
    path(CONNECTION + "journal/", decisions.journal, name="journal"),
    path(CONNECTION + "runs/<int:run>/undo/", runs.take_back, name="undo"),
    path(CONNECTION + "undoing/", runs.taking_back, name="undoing"),
    path(CONNECTION + "problems/<int:problem>/", decisions.settle, name="settle"),
    path(CONNECTION + "questions/<slug:reason>/", questions.questions, name="questions"),
    path(CONNECTION + "left-out/", questions.left_out, name="left_out"),
    path(CONNECTION + "left-out/<int:problem>/", questions.take_back, name="take_back"),
    path(CONNECTION + "drift/<int:drift>/", decisions.settle_drift, name="settle_drift"),
]
