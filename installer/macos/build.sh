#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0
# The macOS package, on a Mac: Rundbord.app by PyInstaller, signed and notarised where a certificate is given, in a .pkg that
# installs it per machine. Not run by us: we have no Mac. Each step is Apple's own tool.
#
#   installer/macos/build.sh
#   SIGN_APP="Developer ID Application: …"  SIGN_PKG="Developer ID Installer: …"  NOTARY_PROFILE=name  installer/macos/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(uname -s)" = Darwin ] || {
  echo "This is built on a Mac." >&2
  exit 1
}
version=$(.venv/bin/python -c 'import app; print(app.__version__)')
out=build/macos
app=build/bundle/Rundbord.app
mkdir -p "$out"

.venv/bin/python -m installer.bundle
installer/check_bundle

if [ -n "${SIGN_APP:-}" ]; then
  codesign --force --deep --options runtime --timestamp --entitlements installer/macos/entitlements.plist --sign "$SIGN_APP" "$app"
  codesign --verify --deep --strict "$app"
else
  echo "SIGN_APP is not set: nothing is signed, and Gatekeeper will say so"
fi

pkgbuild --component "$app" --install-location /Applications --identifier dk.rundbord.Rundbord --version "$version" \
  ${SIGN_PKG:+--sign "$SIGN_PKG"} "$out/rundbord-$version.pkg"

if [ -n "${NOTARY_PROFILE:-}" ]; then
  xcrun notarytool submit --wait --keychain-profile "$NOTARY_PROFILE" "$out/rundbord-$version.pkg"
  xcrun stapler staple "$out/rundbord-$version.pkg"
fi
echo "── $out/rundbord-$version.pkg"
