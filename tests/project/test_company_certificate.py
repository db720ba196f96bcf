"""Behind a certificate that only the system's store knows, everything installs all the same."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from demo.meltano import ROOT
from tests.project import tools

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TLS = ROOT / "tests" / "data" / "tls"
CERTIFICATES = TLS / "company-ca.pem"
# Says what it was given, and does nothing.
RECORDER = """\
#!/bin/sh
mkdir -p .tools/meltano/bin
env > "seen-$1"
"""


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """An index that has one package, called uv."""
    folder = tmp_path / "index" / "simple" / "uv"
    folder.mkdir(parents=True)
    own = "uv-9.9.0.dist-info"
    files = {
        "uv-9.9.0.data/scripts/uv": RECORDER,
        f"{own}/METADATA": "Metadata-Version: 2.1\nName: uv\nVersion: 9.9.0\n",
        f"{own}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{own}/RECORD"))
    wheel = "uv-9.9.0-py3-none-any.whl"
    with zipfile.ZipFile(folder / wheel, "w") as archive:
        for name, text in {**files, f"{own}/RECORD": record}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
    (folder / "index.html").write_text(f'<a href="{wheel}">{wheel}</a>')
    with tools.served(tmp_path / "index", TLS / "company-server.pem") as address:
        yield f"{address}/simple"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What make needs, and nothing that was installed."""
    folder = tmp_path / "project"
    (folder / "requirements").mkdir(parents=True)
    for name in ("Makefile", "requirements/meltano.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment in which nobody has named a file of certificates."""
    told = ("PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_", "MAKE")
    mine = tools.environment(home)
    clean = {name: value for name, value in mine.items() if not name.startswith(told)}
    return {**clean, "PIP_CONFIG_FILE": "/dev/null", "PIP_RETRIES": "0", **more}


def test_pip_trusts_the_system_and_uv_is_told_to(
    mirror: str, project: Path, tmp_path: Path
) -> None:
    env = environment(tmp_path, PIP_INDEX_URL=mirror)

    tools.run(f"make .tools/meltano/installed SYSTEM_CERTS={CERTIFICATES}", project, env)

    seen = (project / "seen-pip").read_text().splitlines()
    assert {"UV_SYSTEM_CERTS=true", "UV_NATIVE_TLS=true"} <= set(seen)
    assert f"UV_DEFAULT_INDEX={mirror}" in seen
