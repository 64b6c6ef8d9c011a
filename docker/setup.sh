#!/bin/sh
# Makes what compose.yaml needs once: secrets, the data folder, the group of the engine's socket. As root. What is there
# already stays as it is, so it can be repeated.
#
#   WAFLEET_DATA   the data folder (/var/lib/wafleet)
#   DOCKER_SOCKET  the engine's socket (/var/run/docker.sock)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${WAFLEET_DATA:-/var/lib/wafleet}
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
setting() { grep -qs "^$1=" "$here/.env" || printf '%s=%s\n' "$1" "$2" >> "$here/.env"; }
setting COMPOSE_PROJECT_NAME wafleet
setting DOCKER_GID "$(stat --dereference --format %g "$socket")"
setting WAFLEET_DATA "$data"
echo "Ready. Keep a copy of docker/secrets/master_key apart from backups of the database."
