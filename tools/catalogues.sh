#!/bin/sh
# Takes the words of code and templates into the template catalogue; --check says whether that was done.
set -eu
out=feedback_app/translations/messages.pot
new=$(mktemp)
trap 'rm -f "$new"' EXIT
.venv/bin/pybabel -q extract -F babel.cfg --no-location --sort-output --omit-header -k _l:1 -o "$new" feedback_app
if [ "${1:-}" = --check ]; then
  cmp -s "$new" "$out" || { echo "$out is behind the code: run 'make catalogues'"; exit 1; }
else
  cp "$new" "$out"
fi
FEEDBACK_MODE=demo .venv/bin/flask --app wsgi translations update ${1:-}
