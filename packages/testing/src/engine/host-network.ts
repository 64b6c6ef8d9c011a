import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const forwarding = '/proc/sys/net/ipv4/ip_forward';

/**
 * What an engine changes of this machine's network, as it is now.
 * @returns puts it back
 */
export async function rememberNetwork(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const before = await savedRules(env);
  const forwards = await readFile(forwarding, 'utf8');
  return async () => {
    for (const table of tablesOf(await savedRules(env)))
      if (!tablesOf(before).includes(table)) await emptyTable(table, env);
    if (before.trim() !== '') await restoreRules(before, env);
    await writeFile(forwarding, forwards);
  };
}

async function savedRules(env: NodeJS.ProcessEnv): Promise<string> {
  return (await run('iptables-save', [], { env, timeout: 10_000 })).stdout;
}

const tablesOf = (rules: string) => [...rules.matchAll(/^\*(\w+)$/gm)].map(([, name = '']) => name);

/** A table that was not in use before: without rules, without chains of its own, letting all pass. */
async function emptyTable(table: string, env: NodeJS.ProcessEnv): Promise<void> {
  const iptables = (...args: string[]) =>
    run('iptables', ['-w', '5', '-t', table, ...args], { env, timeout: 10_000 });
  if (table === 'filter') await iptables('-P', 'FORWARD', 'ACCEPT');
  await iptables('-F');
  await iptables('-X');
}

async function restoreRules(rules: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('iptables-restore', [], { env, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(rules);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error('The packet filter could not be put back as it was.');
}
