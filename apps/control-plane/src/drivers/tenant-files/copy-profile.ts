/**
 * Copies a profile while its browser stands still, as a shell script that runs as the tenant's user: a worker that was
 * taken over can put links into its files, and then it reads no more than it could before. It is a process of its own,
 * so that the browser goes on even if the control plane ends in the middle. `cp` shares the blocks where the file
 * system can. Prints for how long it took, in milliseconds; ends with 124 or 137 where the time was over.
 *
 * Arguments: from, to, seconds, then the processes that are to stand still, the browser's first one first.
 */
export const copyScript = `
from=$1 to=$2 seconds=$3; shift 3
rm -rf -- "$to" && mkdir -p -m 700 -- "$to" && cd -- "$from" || exit 2
begin=$(date +%s%N)
${standsStill()}
[ $# -eq 0 ] || kill -STOP "$@" 2>/dev/null
looks=0
until stands_still "$@"; do
  [ $((looks += 1)) -lt 50 ] || { kill -CONT "$@" 2>/dev/null; echo 0; exit 124; }
  sleep 0.01
done
timeout -s KILL "$seconds" sh -c '
  find . ${notCopied()} -prune -o -type f -print0 |
    xargs -0 -r cp --parents --preserve=mode,timestamps --reflink=auto -t "$1"
' copy "$to"
code=$?
[ $# -eq 0 ] || kill -CONT "$@" 2>/dev/null
echo $(( ($(date +%s%N) - begin) / 1000000 ))
exit $code
`;

/**
 * A signal is sent at once and met later: a thread inside a call, or one that waits for a processor, would go on writing under
 * the copy. True when every thread of these processes is stopped, or over.
 */
function standsStill(): string {
  return `stands_still() {
  for pid; do
    for stat in /proc/$pid/task/*/stat; do
      line=
      { read -r line < "$stat"; } 2>/dev/null
      line=\${line##*) }
      case \${line%% *} in T | t | Z | X | '') ;; *) return 1 ;; esac
    done
  done
}`;
}

/**
 * What a browser makes anew: caches of what the network, scripts and the graphics gave it, reports, and locks. The login
 * lies in Local Storage and IndexedDB; what else a page may store is kept.
 */
function notCopied(): string {
  const names = [
    'Cache',
    'Code Cache',
    'GPUCache',
    '*ShaderCache',
    'Dawn*Cache',
    'GraphiteDawnCache',
    'CacheStorage',
    'ScriptCache',
    'component_crx_cache',
    'optimization_guide_*',
    'Crashpad',
    'BrowserMetrics*',
    'blob_storage',
    'Singleton*',
  ];
  return `\\( ${names.map((name) => `-name "${name}"`).join(' -o ')} \\)`;
}
