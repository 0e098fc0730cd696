"""Copies the browser libraries that are pinned in vendor.json into the product, checked against their hashes.

`python tools/vendor.py` fetches and copies; `python tools/vendor.py --check` compares the copies with the manifest.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "platform" / "screens" / "static" / "vendor"
MANIFEST = TARGET / "manifest.json"


def main() -> int:
    parser = argparse.ArgumentParser(description="Copy the pinned browser libraries into the product.")
    parser.add_argument("--check", action="store_true", help="only compare the copies with the manifest")
    if parser.parse_args().check:
        return check()
    pinned = json.loads((ROOT / "tools" / "vendor.json").read_text("utf-8"))
    for package in pinned["packages"]:
        copy(package)
    for wanted in pinned["bundles"]:
        bundle(wanted)
    packages = [*pinned["packages"], *(package for wanted in pinned["bundles"] for package in wanted["packages"])]
    manifest = {
        "packages": [{key: package[key] for key in ("name", "version", "license")} for package in packages],
        "files": {file: digest(TARGET / file) for file in files()},
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return 0


def check() -> int:
    recorded = json.loads(MANIFEST.read_text("utf-8"))["files"]
    present = {file: digest(TARGET / file) for file in files()}
    wrong = sorted(file for file in recorded.keys() | present.keys() if recorded.get(file) != present.get(file))
    for file in wrong:
        print(f"{file} differs from the manifest.", file=sys.stderr)
    return 1 if wrong else 0


def copy(package: dict[str, Any]) -> None:
    """Fetch one package and copy the listed files."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fetch(package, Path(folder))) as opened:
        for source, target in package["files"].items():
            write(target, member(opened, source))
        if sprite := package.get("sprite"):
            write(sprite["file"], make_sprite(opened, sprite["folder"], ROOT / sprite["names"]))


def bundle(wanted: dict[str, Any]) -> None:
    """One file made of what the entry imports, by the pinned bundler from the pinned packages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for package in (wanted["bundler"], *wanted["packages"]):
            with tarfile.open(fetch(package, folder)) as opened:
                opened.extractall(folder / "node_modules" / package["name"], filter="data")
        unpacked = folder / "node_modules"
        for package in wanted["packages"]:
            for source, target in package["files"].items():
                write(target, (unpacked / package["name"] / "package" / source).read_bytes())
            for part in list((unpacked / package["name"] / "package").iterdir()):
                part.rename(unpacked / package["name"] / part.name)
        entry = folder / "entry.js"
        entry.write_bytes((ROOT / wanted["entry"]).read_bytes())
        program = unpacked / wanted["bundler"]["name"] / "package" / wanted["bundler"]["program"]
        made = subprocess.run(
            [program, entry, "--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none", "--log-level=error"],
            check=True, capture_output=True, cwd=folder,
        )
        write(wanted["file"], made.stdout)


def fetch(package: dict[str, Any], folder: Path) -> Path:
    """The archive of one package, refused if its hash is not the pinned one."""
    fetched = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", folder, f"{package['name']}@{package['version']}"],
        check=True, capture_output=True, text=True, cwd=folder,
    )
    archive = folder / fetched.stdout.strip().splitlines()[-1]
    if (found := integrity(archive)) != package["integrity"]:
        raise SystemExit(f"{package['name']} has the hash {found}, not the pinned one.")
    return archive


def make_sprite(archive: tarfile.TarFile, folder: str, names: Path) -> bytes:
    """One SVG file with a `<symbol>` for each icon that is listed."""
    symbols = []
    for name in sorted(set(names.read_text("utf-8").split())):
        drawing = member(archive, f"{folder}/{name}.svg").decode()
        inside = re.sub(r"<!--.*?-->", "", drawing, flags=re.DOTALL)
        inside = re.sub(r"^.*?<svg[^>]*>|</svg>.*$", "", inside, flags=re.DOTALL)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(line.strip() for line in inside.splitlines())}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def member(archive: tarfile.TarFile, path: str) -> bytes:
    opened = archive.extractfile(f"package/{path}")
    if opened is None:
        raise SystemExit(f"{path} is not a file.")
    return opened.read()


def write(target: str, content: bytes) -> None:
    path = TARGET / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def files() -> list[str]:
    return sorted(path.relative_to(TARGET).as_posix() for path in TARGET.rglob("*") if path.is_file() and path != MANIFEST)


def integrity(archive: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
