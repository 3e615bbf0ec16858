#!/bin/sh
# The Nu HTML checker into var/nu, as the lock beside this says (version and sha512), and the Java that runs it.
# Silent and instant when it is there.
set -eu
cd "$(dirname "$0")/../.."
command -v java >/dev/null || sh tools/apt.sh default-jre-headless
cmp -s tools/nu/package-lock.json var/nu/package-lock.json && [ -e var/nu/node_modules/vnu-jar/build/dist/vnu.jar ] && exit 0
command -v npm >/dev/null || sh tools/apt.sh npm
mkdir -p var/nu
cp tools/nu/package.json var/nu/
cp tools/nu/package-lock.json var/nu/package-lock.json
npm ci --prefix var/nu --ignore-scripts --no-audit --no-fund --silent
