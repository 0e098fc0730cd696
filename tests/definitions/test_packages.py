"""A package is a file that is the same wherever it is made, and nothing that somebody brings along can do harm."""

import io
import json
import stat
import zipfile

import pytest
from published import CRM, LIBRARY

from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template
from shuke.definitions.packages import pack, package, unpack


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(scope="module")
def library():
    return package(load_template(LIBRARY))


def archive(entries, **options):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as opened:
        for name, text in entries:
            opened.writestr(name, text)
    return content.getvalue()


def refusal(content):
    with pytest.raises(PlatformError) as refused:
        unpack(content)
    return str(refused.value)


def changed(content, edit):
    """The package with other entries."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return archive(edit({entry: opened.read(entry) for entry in opened.namelist()}).items())


@pytest.mark.parametrize("folder", [LIBRARY, CRM], ids=["library", "crm"])
def test_a_package_that_is_unpacked_and_packed_again_is_the_same_to_the_byte(folder):
    made = package(load_template(folder))
    content = pack(made)
    again = unpack(content)
    assert pack(again) == content
    assert again.digest == made.digest
    assert again.files == made.files


def test_it_says_its_name_its_version_its_apps_and_the_hash_of_every_file(library):
    with zipfile.ZipFile(io.BytesIO(pack(library))) as opened:
        manifest = json.loads(opened.read("package.json"))
    assert (manifest["name"], manifest["version"], [one["name"] for one in manifest["apps"]]) == (library.name, library.version, ["lending"])
    assert manifest["files"].keys() == library.files.keys()


def test_its_files_are_those_of_a_template(library, tmp_path):
    with zipfile.ZipFile(io.BytesIO(pack(library))) as opened:
        opened.extractall(tmp_path)
    assert package(load_template(tmp_path)).digest == library.digest


def test_a_file_that_was_changed_by_hand_is_refused(library):
    content = changed(pack(library), lambda files: {**files, "lending/app.json": files["lending/app.json"].replace(b"Lending", b"Landing")})
    assert "damaged or was changed by hand" in refusal(content)


def test_what_is_no_package_is_refused(library):
    assert "no ZIP file" in refusal(b"hello")
    assert "no ZIP file" in refusal(pack(library)[:5000])
    assert "it has no package.json" in refusal(archive([("template.json", "{}")]))
    newer = changed(pack(library), lambda files: {**files, "package.json": files["package.json"].replace(b'"format": 1', b'"format": 9')})
    assert "newer version of the product" in refusal(newer)


@pytest.mark.parametrize("name", ["../evil.json", "/etc/passwd.json", "a/b/c/d.json", "a\\b.json", "lending/run.py", "inner.zip", "lending/views/"])
def test_a_file_that_would_lie_elsewhere_is_refused(name):
    assert "does not belong there" in refusal(archive([(name, "{}")]))


def test_a_link_is_no_file():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        link = zipfile.ZipInfo("template.json")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
    assert "does not belong there" in refusal(content.getvalue())


def test_the_same_name_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        content = archive([("template.json", "{}"), ("template.json", "{}")])
    assert "does not belong there" in refusal(content)


def test_bombs_are_refused_before_they_are_unpacked():
    assert "unpack to too much" in refusal(archive([("template.json", b" " * (3 << 20))]))
    assert "unpack to too much" in refusal(archive([(f"a/views/v{number}.json", "{}") for number in range(5001)]))
    assert "too large" in refusal(b"PK" + bytes(11 << 20))


def test_a_directory_that_lies_about_a_size_is_refused():
    content = bytearray(archive([("template.json", b" " * 60_000)]))
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    refusal(bytes(content))


def test_identities_of_another_database_are_refused(library):
    documents = [one if one.kind != "app" else type(one)(one.kind, one.name, one.app, {**one.body, "x-id": "f1"}) for one in library.documents]
    bad = dict(library.files)
    bad["lending/app.json"] = json.dumps(next(one for one in documents if one.kind == "app").body)
    forged = type(library)(library.documents)
    forged.__dict__["files"] = bad
    assert "identities of another database" in refusal(pack(forged))


def test_deep_json_does_no_harm(library):
    forged = type(library)(library.documents)
    forged.__dict__["files"] = {**library.files, "lending/app.json": "[" * 60_000 + "]" * 60_000}
    assert "The file is not JSON" in refusal(pack(forged))


def test_a_package_needs_exactly_one_template(library):
    with pytest.raises(InvalidInput):
        package([one for one in library.documents if one.kind != "template"])
