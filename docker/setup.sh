#!/bin/sh
# Makes what compose.yaml needs once: secrets, the data folder, the group of the engine's socket. As root. What is there
# already stays as it is, so it can be repeated.
#
#   setup.sh        for compose.yaml; settings are in docker/.env
#   setup.sh demo   for its profile `demo`: an installation of its own beside that, with settings in docker/demo.env
#
#   WAFLEET_DATA   the data folder (/var/lib/wafleet; of the demo /var/lib/wafleet-demo)
#   DOCKER_SOCKET  the engine's socket (/var/run/docker.sock)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case "${1:-}" in
  '') name=wafleet settings=$here/.env data=${WAFLEET_DATA:-/var/lib/wafleet} ;;
  demo) name=wafleet_demo settings=$here/demo.env data=${WAFLEET_DATA:-/var/lib/wafleet-demo} ;;
  *) echo 'Say nothing, or demo.' >&2; exit 2 ;;
esac
socket=${DOCKER_SOCKET:-/var/run/docker.sock}
# Of the images: control plane and workers run as this user.
user=10001

[ "$(id -u)" = 0 ] || { echo 'docker/setup.sh must be run by root.' >&2; exit 1; }
[ -S "$socket" ] || { echo "No engine listens at $socket; install and start Docker Engine first." >&2; exit 1; }

# Closed as a folder; the files in it are mounted one by one, for users of containers.
mkdir -p "$here/secrets"
chmod 700 "$here/secrets"
secret() {
  [ -s "$here/secrets/$1" ] && return
  printf '%s' "$2" > "$here/secrets/$1.next"
  chmod 444 "$here/secrets/$1.next"
  mv "$here/secrets/$1.next" "$here/secrets/$1"
  echo "made docker/secrets/$1"
}
random() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
letters() { random | tr -d '=+/'; }
secret postgres_password "$(letters)"
secret database_url "postgresql://wafleet:$(cat "$here/secrets/postgres_password")@postgres:5432/wafleet"
secret admin_key "wfa_$(letters)"
secret portal_key "wfp_$(letters)"
secret master_key "$(random)"
secret metrics_token "$(letters)"
secret grafana_password "$(letters)"

mkdir -p "$data"
chown "$user:$user" "$data"
chmod 711 "$data"

# What is there already stays; WAFLEET_VERSION and others may have been added.
setting() { grep -qs "^$1=" "$settings" || printf '%s=%s\n' "$1" "$2" >> "$settings"; }
setting COMPOSE_PROJECT_NAME $name
setting DOCKER_GID "$(stat --dereference --format %g "$socket")"
setting DOCKER_SOCKET "$socket"
setting WAFLEET_DATA "$data"

# The stand-in's key, and the flags by which browsers take it for WhatsApp: they trust this one key beyond the usual, and
# find nobody else.
if [ "$name" = wafleet_demo ]; then
  if [ ! -s "$here/secrets/standin_tls" ]; then
    made=$(mktemp -d)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=web.whatsapp.com \
      -keyout "$made/key" -out "$made/cert" 2> "$made/errors" || { cat "$made/errors" >&2; exit 1; }
    lines() { awk '{ printf "%s\\n", $0 }' "$1"; }
    secret standin_tls "{\"key\":\"$(lines "$made/key")\",\"cert\":\"$(lines "$made/cert")\"}"
    rm -r "$made"
  fi
  hash=$(sed -e 's/.*"cert":"\(.*\)"}/\1/' -e 's/\\n/\n/g' "$here/secrets/standin_tls" | openssl x509 -noout -pubkey \
    | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64)
  rules='MAP web.whatsapp.com 10.213.0.1:7304, MAP * ~NOTFOUND, EXCLUDE 10.213.0.1'
  setting BROWSER_EXTRA_ARGS \
    "'[\"--host-resolver-rules=$rules\",\"--ignore-certificate-errors-spki-list=$hash\"]'"
  setting WORKERS_OPEN_PORTS "'7301 7304'"
fi
echo "Ready. Keep a copy of docker/secrets/master_key apart from backups of the database."
