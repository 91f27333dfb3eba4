"""The tree of commands, as data: what each does in one line, and where its code is.

The first group is what officers use every quarter. A command that has moved is named with where it
is now, and typing it says so.
"""

from dataclasses import dataclass, field
from typing import Final

_HERE: Final = "exchange.cli.commands"


@dataclass(frozen=True, slots=True)
class Node:
    """A command, or a group of commands.

    Attributes:
        says: What it does, in one line.
        code: The module of its code, below `exchange/cli/commands`, and the name in it, where they
            are not `command` in the module of its own name ("partner add": `partner_add`).
        below: The commands of a group.
    """

    says: str
    code: str = ""
    below: "dict[str, Node]" = field(default_factory=dict)

    def code_of(self, path: str) -> tuple[str, str]:
        """Return the module and the name of the code of a command, which some words name."""
        own = path.replace(" ", "_").replace("-", "_")
        module, _, name = (self.code or own).partition(":")
        return f"{_HERE}.{module}", name or "command"


GROUPS: Final[dict[str, dict[str, Node]]] = {
    "Every quarter": {
        "status": Node("Show what is due and what has been sent"),
        "check": Node("Check a file for errors without sending it"),
        "preview": Node("Preview what partners will see"),
        "submit": Node("Send a file to your partners"),
        "nil": Node("Send a nil return"),
        "withdraw": Node("Withdraw a submission, or have it deleted"),
        "open": Node("Send files from your browser, without commands"),
    },
    "For analysts and boards": {
        "pull": Node("Download and combine what partners shared"),
        "report": Node(
            "Write reports, the strategic assessment and publishable tables",
            below={
                "compliance": Node(
                    "Report who shared what and when, and whether it met the duty",
                    "report:compliance",
                ),
                "requirements": Node(
                    "Report what the law and guidance require, and how it is met",
                    "report:requirements",
                ),
                "assessment": Node(
                    "Write the strategic assessment from data that you pulled", "report:assessment"
                ),
                "plan": Node(
                    "Write the partnership plan: priorities, targets and risks", "report:plan"
                ),
                "county": Node("Write one report for several districts", "report:county"),
                "table": Node("Make a publishable table"),
                "edition": Node("Freeze the figures of a quarter for publication (coordinators)"),
                "answer": Node("Record progress against a statutory requirement"),
            },
        ),
        "verify": Node("Verify the log and files"),
    },
    "Set up": {
        "partnership": Node(
            "Create or join a partnership; its areas, datasets and protocol",
            below={
                "create": Node("Create a partnership in this folder", "partnership:create"),
                "join": Node("Join a partnership in this folder", "partnership:join"),
                "adopt": Node("Start to share a dataset, or a newer version (coordinators)"),
                "area": Node(
                    "Show, add, change or end the areas of the partnership",
                    below={
                        "list": Node(
                            "List the areas of the partnership and their dates",
                            "partnership_area:list_",
                        ),
                        "add": Node(
                            "Add an area, for example after a reorganisation (coordinators)",
                            "partnership_area:add",
                        ),
                        "set": Node(
                            "Change the name or postcodes of an area (coordinators)",
                            "partnership_area:set_",
                        ),
                        "end": Node(
                            "End an area on its last day (coordinators)", "partnership_area:end"
                        ),
                    },
                ),
                "protocol": Node(
                    "Publish, sign or show the information sharing protocol",
                    below={
                        "draft": Node("Draft the protocol from a template", "report:protocol"),
                        "publish": Node("Publish the protocol and its settings (coordinators)"),
                        "sign": Node("Sign the protocol for your authority"),
                        "show": Node("Show the protocol in force, and who has signed it"),
                    },
                ),
            },
        ),
        "partner": Node(
            "Add and list partners and their officers",
            below={
                "add": Node("Add partners, using their cards"),
                "list": Node(
                    "List partners, their legal status and their officers", "partner:list_"
                ),
                "edit": Node(
                    "Correct the name or kind of a partner (coordinators)", "partner:edit"
                ),
                "liaison": Node("Name your liaison officer or deputy, or accept the role"),
                "not-held": Node("Record that you do not hold a dataset"),
                "replace": Node(
                    "Record that one partner replaces another (coordinators)", "partner:succeed"
                ),
                "reinstate": Node(
                    "Undo the replacement of a partner (coordinators)",
                    "partner:reinstate",
                ),
            },
        ),
        "key": Node(
            "Manage keys and cards",
            below={
                "new": Node("Make your key and your card", "key:new"),
                "card": Node("Make a card of your key for another partnership", "key:card"),
                "list": Node("List accepted and revoked keys", "key:list_"),
                "revoke": Node("Revoke a key", "key:revoke"),
                "renew": Node("Make a new key to replace yours", "key:renew"),
                "use": Node("Switch to another of your keys", "key:use"),
            },
        ),
        "source": Node(
            "Map an unfamiliar file; write a template or a sample",
            below={
                "map": Node("Map the columns of an unfamiliar file"),
                "template": Node("Write a workbook to fill in for a dataset"),
                "sample": Node("Write a made-up extract of a dataset, for training"),
            },
        ),
        "places": Node(
            "Manage postcode directories and other reference files",
            below={
                "show": Node("Show the reference files on this machine", "places:show"),
                "add": Node(
                    "Add postcodes, numbers of residents, boundaries or weights", "places:add"
                ),
                "near": Node("List the outward codes near one", "places:near"),
            },
        ),
        "log": Node(
            "Manage receipts and transfer files; repair the log",
            below={
                "receipt": Node("Create a receipt for a submission"),
                "verify-receipt": Node("Verify a receipt"),
                "receive": Node("Record a submission received by e-mail"),
                "reseal": Node("Give new partners access to earlier submissions"),
                "trace": Node("Trace a record back to your file"),
                "cosign": Node("Sign a record of the log, to protect it from tampering"),
                "confirm-deleted": Node(
                    "Confirm that you deleted a submission",
                    "withdraw:confirm_deleted",
                ),
                "export": Node("Export the log for standard transparency-log verifiers"),
                "suspend": Node("Ask partners not to use a submission (two coordinators)"),
                "accept": Node("Accept the log in the store after it split or lost entries"),
            },
        ),
    },
    "Help": {
        "explain": Node("Explain a dataset, rule, code, requirement or message"),
        "help": Node("Read a page of the documentation"),
        "demo": Node("Run a demonstration with made-up data"),
        "completion": Node("Set up tab completion in your shell"),
    },
}

ROOT: Final = Node(
    "", below={name: node for group in GROUPS.values() for name, node in group.items()}
)

# Commands that have moved, and where they are.
MOVED: Final = {
    "init": "partnership create, or partnership join",
    "enrol": "partner add",
    "nominate": "partner liaison",
    "not-held": "partner not-held",
    "adopt": "partnership adopt",
    "area": "partnership area",
    "protocol": "partnership protocol",
    "edition": "report edition",
    "table": "report table",
    "assess": "report answer",
    "calendar": "status --calendar FILE.ics",
    "datasets": "explain",
    "map": "source map",
    "template": "source template",
    "sample": "source sample",
    "gazetteer": "places",
    "evidence": "preview --evidence FILE.html",
    "receipt": "log receipt",
    "verify-receipt": "log verify-receipt",
    "receive": "log receive",
    "reshare": "log reseal",
    "trace": "log trace",
    "witness": "log cosign",
    "settle": "log accept",
    "purge": "withdraw LOG_NUMBER --delete, or log confirm-deleted",
    "partner succeed": "partner replace",
    "partnership protocol status": "partnership protocol show",
}


def node_of(path: str) -> Node:
    """Return the command that some words name, such as "partner add"."""
    node = ROOT
    for word in path.split():
        node = node.below[word]
    return node


def summary(path: str) -> str:
    """Return the one line that says what a command does; its help begins with it."""
    return node_of(path).says + "."
