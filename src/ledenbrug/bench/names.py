"""What can be measured, in the order in which it is. Text only, so that the list is there at once."""

NAMES = {
    "requests": "requests for new, changed, unchanged members, contacts there already, a lost answer",
    "latency": "from a saved edit to its request: idle, and during another connection's load",
    "pushes": "a load beside a bare loop of the same requests",
    "round": "a full round over 100,000 members without differences, and its memory",
    "limit": "a load under a limit, with short windows",
    "preview": "a preview of 10,000 members",
    "matching": "5,000 members and 5,000 contacts",
    "import": "100,000 members and mandates from a CSV file and a workbook",
    "screens": "every screen, with 50,000 members",
    "recovery": "a killed worker",
    "simulation": "simulated schedules of faults",
    "many": "1,000 connections, one percent of the members changed",
    "exact": "a load with mandates under Exact Online's limit, and 100,000 relations compared",
}
