#!/bin/sh
# Starts the browser with the profile's lock held by the browser itself: flock takes the lock and becomes the browser
# (-F: no fork), so the lock lives exactly as long as the browser's main process, a stopped one's too, and no longer.
# Exit code 75: another browser holds the profile.
#
# Where flock is missing the browser starts without the lock. Then only the worker's own book-keeping (one browser per
# worker, one worker per generation) keeps two browsers from one profile; chromium-headless-shell does not notice.
if command -v flock >/dev/null 2>&1; then
  exec flock -n -F -E 75 "$PROFILE_LOCK" "$BROWSER" "$@"
fi
exec "$BROWSER" "$@"
