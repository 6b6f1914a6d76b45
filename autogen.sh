#!/bin/sh
# SPDX-License-Identifier: ISC
# Makes ./configure from configure.ac; run it after a clone.
set -e
cd "$(dirname "$0")"
mkdir -p build-aux
exec autoreconf --force --install --warnings=all
