import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { listProcessIds } from '@wafleet/runtime';
import { type Finding, findingsOf } from '../../finding';
import type { Machine } from '../../machine';
import { readNumber } from './room';

/** A control plane with a hundred workers has some hundreds of sockets and files. */
const fewFiles = 4_096;
/** A browser has some twenty processes and threads of them. */
const fewProcesses = { broken: 100, warning: 1_000 };

/** What the system lets us have, and the programs that we call. */
export async function checkLimits({ config }: Machine): Promise<Finding[]> {
  return [openFiles(), allFiles(), processes(), programs(config.environment.PATH ?? '')];
}

const files = findingsOf('file descriptors');

function openFiles(): Finding {
  const [, soft] = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  const limit = soft === 'unlimited' ? Infinity : Number(soft ?? 0);
  const says = `A process may have ${limit} files open`;
  return limit < fewFiles
    ? files.warning(`${says}; many tenants need more.`, {
        mend: 'ulimit -n 65536 before the start, or LimitNOFILE=65536 in the unit',
      })
    : files.well(says);
}

function allFiles(): Finding {
  const [used = 0, , most = Infinity] = readFileSync('/proc/sys/fs/file-nr', 'utf8').split(/\s+/).map(Number);
  const says = `${used} files are open on this machine, of ${most}`;
  return used > 0.8 * most
    ? files.warning(`${says}.`, {
        mend: 'sysctl -w fs.file-max=1000000, and see who holds them: lsof | head',
      })
    : files.well(says);
}

function processes(): Finding {
  const { well, warning, broken } = findingsOf('processes');
  const group = '/sys/fs/cgroup';
  const [, ofUser] = /^Max processes +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  const running = listProcessIds().length;
  const limits = [
    ['the control group (pids.max)', readNumber(`${group}/pids.max`), readNumber(`${group}/pids.current`)],
    ['the user (ulimit -u)', ofUser === 'unlimited' ? null : Number(ofUser), running],
    ['the machine (kernel.pid_max)', readNumber('/proc/sys/kernel/pid_max'), running],
  ] as const;
  const left = limits.flatMap(([whose, most, used]) =>
    most === null ? [] : [{ whose, left: most - (used ?? 0) }],
  );
  const least = left.sort((one, other) => one.left - other.left)[0];
  if (least === undefined) return well('Processes are not limited');
  const says = `Room for ${least.left} more processes, by the limit of ${least.whose}`;
  const mend = 'TasksMax=infinity in the unit, --pids-limit of the container, or ulimit -u';
  if (least.left < fewProcesses.broken) return broken(`${says}.`, { mend });
  return least.left < fewProcesses.warning ? warning(`${says}.`, { mend }) : well(says);
}

/** Their absence is survived, and costs what each of them is for. */
function programs(path: string): Finding {
  const { well, warning } = findingsOf('programs');
  const missing = ['flock', 'setpriv'].filter(
    (name) => ![...path.split(delimiter), '/usr/bin'].some((folder) => existsSync(join(folder, name))),
  );
  return missing.length === 0
    ? well('flock and setpriv are there')
    : warning(
        `${missing.join(' and ')} can't be found: profiles are locked less surely, or what dies leaves more behind.`,
        {
          mend: 'apt-get install util-linux',
        },
      );
}
