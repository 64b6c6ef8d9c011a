#!/bin/sh
# What workers' containers may reach: public addresses, names, and the control plane's link. Nothing private, no metadata
# service, nothing else of this machine, no tenant (that is the network's own setting). Needs the machine's network and
# NET_ADMIN.
#
#   firewall.sh keep     sets the rules, and sets them again when they are gone, as after a restart of the engine
#   firewall.sh set      sets them once
#   firewall.sh check    succeeds while they are in place
#   firewall.sh clear    takes them away
#
# BRIDGE     the workers' bridge (wafleet0)
# OPEN_PORTS ports of this machine that workers may reach on it, with spaces between them (7301)
# ALLOW      private addresses or networks that they may reach all the same: proxies of tenants, for example
set -eu
bridge=${BRIDGE:-wafleet0}
open_ports=${OPEN_PORTS:-7301}
allow=${ALLOW:-}
closed='0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16
  198.18.0.0/15 224.0.0.0/4 240.0.0.0/4'

rule() { iptables --wait 5 "$@"; }

# Rules are built in a chain of their own, then hooked in: at no moment is there half of them.
build() {
  rule --new-chain "$1" 2>/dev/null || rule --flush "$1"
  rule --append "$1" --match conntrack --ctstate ESTABLISHED,RELATED --jump RETURN
  # Names, wherever the machine's resolver is.
  for protocol in udp tcp; do rule --append "$1" --protocol $protocol --dport 53 --jump RETURN; done
}

set_rules() {
  build WAFLEET-FORWARD
  for network in $allow; do rule --append WAFLEET-FORWARD --destination "$network" --jump RETURN; done
  for network in $closed; do rule --append WAFLEET-FORWARD --destination "$network" --jump REJECT; done
  build WAFLEET-INPUT
  for port in $open_ports; do rule --append WAFLEET-INPUT --protocol tcp --dport "$port" --jump RETURN; done
  rule --append WAFLEET-INPUT --jump REJECT
  hook DOCKER-USER WAFLEET-FORWARD
  hook INPUT WAFLEET-INPUT
}

hook() {
  rule --check "$1" --in-interface "$bridge" --jump "$2" 2>/dev/null ||
    rule --insert "$1" --in-interface "$bridge" --jump "$2"
}

check_rules() {
  rule --check DOCKER-USER --in-interface "$bridge" --jump WAFLEET-FORWARD 2>/dev/null &&
    rule --check INPUT --in-interface "$bridge" --jump WAFLEET-INPUT 2>/dev/null &&
    rule --check WAFLEET-FORWARD --destination 169.254.0.0/16 --jump REJECT 2>/dev/null &&
    rule --check WAFLEET-INPUT --jump REJECT 2>/dev/null
}

clear_rules() {
  rule --delete DOCKER-USER --in-interface "$bridge" --jump WAFLEET-FORWARD 2>/dev/null || true
  rule --delete INPUT --in-interface "$bridge" --jump WAFLEET-INPUT 2>/dev/null || true
  for chain in WAFLEET-FORWARD WAFLEET-INPUT; do
    rule --flush $chain 2>/dev/null || true
    rule --delete-chain $chain 2>/dev/null || true
  done
}

keep_rules() {
  trap 'exit 0' TERM INT
  set_rules
  echo "workers on $bridge reach public addresses and port $open_ports of this machine, and nothing else"
  while :; do
    check_rules || {
      echo 'the rules were gone; they are set again'
      set_rules || echo 'they can not be set yet'
    }
    sleep 5 &
    wait $!
  done
}

case "${1:-keep}" in
  keep) keep_rules ;;
  set) set_rules ;;
  check) check_rules ;;
  clear) clear_rules ;;
  *) echo "say one of keep, set, check, clear" >&2; exit 2 ;;
esac
