import type { Command } from 'commander';

/**
 * What may stand where the last of the words is begun.
 * @param tenants asked only where a tenant may stand
 */
export async function complete(
  program: Command,
  words: readonly string[],
  tenants: () => Promise<string[]>,
): Promise<string[]> {
  const begun = words.at(-1) ?? '';
  let command = program;
  let place = 0;
  for (const word of words.slice(0, -1)) {
    if (word.startsWith('-')) continue;
    const next = visible(command).find((one) => one.name() === word);
    if (next !== undefined && place === 0) command = next;
    else place += 1;
  }
  const fits = (candidates: readonly string[]) => candidates.filter((one) => one.startsWith(begun));
  if (begun.startsWith('-'))
    return fits([...command.options.flatMap(({ long }) => (long === undefined ? [] : [long])), '--help']);
  const verbs = place === 0 ? visible(command).map((one) => one.name()) : [];
  const argument = command.registeredArguments[Math.min(place, command.registeredArguments.length - 1)];
  const isThere = argument !== undefined && (argument.variadic || place < command.registeredArguments.length);
  const values = isThere ? await valuesOf(argument.name(), tenants) : [];
  return fits([...verbs, ...values]);
}

async function valuesOf(argument: string, tenants: () => Promise<string[]>): Promise<string[]> {
  if (argument === 'tenant' || argument === 'tenants') return tenants();
  return argument === 'shell' ? ['bash', 'zsh', 'fish'] : [];
}

/** Without what help does not list. */
function visible(command: Command): Command[] {
  return command.createHelp().visibleCommands(command);
}
