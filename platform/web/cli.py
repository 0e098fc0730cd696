"""The command `shuke`: serving, installing, moving data, and looking after an installation."""

import argparse
import logging
import sys
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from shuke.core.errors import PlatformError
from shuke.web import commands, copies
from shuke.web.configuration import load_configuration

_REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a refusal is one sentence and an exit status other than 0."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    given = parser().parse_args(arguments)
    try:
        return int(given.command(load_configuration(), given))
    except PlatformError as error:
        print(error, file=sys.stderr)
    except OperationalError as error:
        print(f"The database cannot be used: {error.orig}", file=sys.stderr)
    except OSError as error:
        print(f"{error.strerror}: {error.filename}" if error.filename else error, file=sys.stderr)
    return _REFUSED


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    top = argparse.ArgumentParser(prog="shuke", description="Shuke, a low-code, configurable CRM platform.")
    commanding = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = _command(commanding, "serve", commands.serve, "start the product and answer requests")
    _installing(serve)
    serve.add_argument("--prepare-only", action="store_true", help="make everything ready and stop")
    _command(commanding, "worker", commands.work, "do background work in a process of its own")
    _installing(_command(commanding, "init", commands.init, "make the database and publish a template"))

    publish = _command(commanding, "publish", commands.publish_folder, "put a template in force, or bring it up to date; what administrators changed stays")
    publish.add_argument("folder", metavar="DIR|FILE", help="the folder of a template, or the file of a package")
    publish.add_argument("--comment", default="", help="why, for the list of versions")
    publish.add_argument("--prefer", choices=("mine", "theirs"), help="whose changes hold where both have changed the same: the company's or the template's")
    packing = _command(commanding, "package", commands.write_package, "write apps to a file that another installation can publish")
    packing.add_argument("file", metavar="FILE")
    packing.add_argument("apps", metavar="APP", nargs="*", help="all apps if left out")
    packing.add_argument("--version", default="", help="what the package calls its version")

    for name, command, words in (("import", commands.import_records, "import a CSV or XLSX file"), ("export", commands.export_records, "export to a CSV or XLSX file")):
        moving = _command(commanding, name, command, words)
        moving.add_argument("entity", metavar="ENTITY")
        moving.add_argument("file", metavar="FILE")
        moving.add_argument("--as", dest="username", required=True, metavar="USER", help="the user whose rights hold")
        if name == "import":
            moving.add_argument("--mapping", metavar="FILE", help="a JSON file that says which column is which field")
            moving.add_argument("--match", metavar="FIELD", action="append", default=[], help="update records with the same value of this field")
            moving.add_argument("--dry-run", action="store_true", help="check only")

    _people(commanding)
    _care(commanding)
    return top


def _people(commanding: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    users = _group(commanding, "user", "look after users")
    add = _command(users, "add", commands.add_user, "make a user; the password is asked for, or read from standard input")
    add.add_argument("username")
    add.add_argument("--name", help="the person's name (the user name if left out)")
    add.add_argument("--email", default="")
    add.add_argument("--role", action="append", default=[], dest="roles", help="a role; can be repeated")
    tokens = _group(commanding, "token", "look after API tokens")
    create = _command(tokens, "create", commands.create_api_token, "make an API token and print it")
    create.add_argument("username", help="the user as whom the program acts")
    create.add_argument("--name", default="command line")
    create.add_argument("--days", type=int, default=90)


def _care(commanding: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    clocks = _group(commanding, "clock", "look at the clock, or move it in a sandbox")
    _command(clocks, "show", commands.show_clock, "print the time that the product goes by")
    advance = _command(clocks, "advance", commands.advance_clock, "move the clock, for example by 31d or 6h (only in a sandbox)")
    advance.add_argument("by")
    _command(clocks, "reset", commands.reset_clock, "go back to the real time")
    for name, command, words in (("backup", copies.backup, "write a copy of the database and the uploaded files"), ("restore", copies.restore, "replace the data by a copy")):
        copy = _command(commanding, name, command, words)
        copy.add_argument("file", metavar="FILE")
        if name == "restore":
            copy.add_argument("--yes", action="store_true", help="do not ask before the database is replaced")
    _command(commanding, "verify", commands.verify, "check that balances, entries and tables agree")
    measuring = _command(commanding, "bench", commands.bench, "measure speed, with the benchmarks of the source folder")
    measuring.add_argument("arguments", nargs=argparse.REMAINDER, help="what the benchmarks are told; --help lists it")


def _installing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--template", default="crm-template", metavar="NAME|DIR", help="what a new installation starts with (default: crm-template)")
    command.add_argument("--empty", action="store_true", help="start a new installation without demo data")


def _group(commanding: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    return commanding.add_parser(name, help=words, description=words).add_subparsers(required=True, metavar="WHAT")


def _command(commanding: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: commands.Command, words: str) -> argparse.ArgumentParser:
    made = commanding.add_parser(name, help=words, description=words)
    made.set_defaults(command=command)
    return made
