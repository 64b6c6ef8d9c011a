import { Command, Option } from 'commander';
import { z } from 'zod';
import { Failure } from './failure';
import { exitCodes } from './exit-codes';
import type { Shell } from './shell';
import { completeVerb } from './completion/complete-verb';
import { allVerbs, groups } from './verbs/all-verbs';
import { schemaVerb } from './verbs/schema-verb';
import type { Verb } from './verbs/verb';

declare const WAFLEET_VERSION: string;

/** How it is told to a person or script that is about to use it. */
const footer = `
Exit codes:
${Object.values(exitCodes)
  .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
  .join('\n')}

It talks to the installation in DATA_DIR (access.json), or to WAFLEET_URL with WAFLEET_KEY.
A tenant is named by its id, its whole name, or its number.`;

/** The command with all verbs; what was parsed is done through `shell`. */
export function createProgram(shell: Shell): Command {
  const program = new Command('wafleet')
    .description("Operators' hands: tenants, their sessions, and what is wrong")
    .version(typeof WAFLEET_VERSION === 'string' ? WAFLEET_VERSION : 'not built', '-V, --version')
    .helpCommand(true)
    .enablePositionalOptions()
    .showHelpAfterError('(wafleet help <verb> says how it is used)')
    .addHelpText('after', footer)
    .exitOverride()
    .configureOutput({ writeOut: shell.writeHelp, writeErr: shell.writeError });
  const verbs: Verb[] = [...allVerbs, schemaVerb(() => verbs), completeVerb(() => program)];
  for (const verb of verbs) addVerb(program, verb, shell);
  return program;
}

function addVerb(program: Command, verb: Verb, shell: Shell): void {
  const words = verb.usage.split(' ');
  const name = words.find((word, index) => index === 0 || !/^[<[]/.test(word)) as string;
  const isOfGroup = name in groups;
  const parent = isOfGroup ? groupOf(program, name) : program;
  const usage = words.slice(isOfGroup ? 1 : 0);
  const isFirst = isOfGroup && parent.commands.length === 0;
  const command = parent.command(usage.join(' '), { isDefault: isFirst, hidden: verb.isHidden === true });
  command.summary(verb.summary).description(`${verb.summary}.${verb.details ? `\n\n${verb.details}` : ''}`);
  for (const [flags, sentence] of verb.options ?? []) command.option(flags, sentence);
  for (const option of commonOptions(verb)) command.addOption(option);
  if (verb.passesOptions) command.passThroughOptions();
  command.action(async (...given: unknown[]) => {
    const names = command.registeredArguments.map((argument) => argument.name());
    const values = Object.fromEntries(names.map((name, index) => [camelCase(name), given[index]]));
    const { json, watch, every, timeout, wait, yes, ...options } = command.opts<Record<string, unknown>>();
    const input = readInput(verb.input, {
      ...values,
      ...options,
      ...(verb.isWatchable ? {} : present({ watch })),
    });
    const common = readInput(commonInput, present({ every, timeout }));
    const context = shell.contextFor({
      json: json === true,
      isAgreed: yes === true,
      waitMs: wait === false ? 0 : common.timeout * 1_000,
    });
    const show = async () => shell.show(await verb.run(context, input), json === true);
    if (verb.isWatchable && watch === true)
      await shell.watch(() => verb.run(context, input), common.every * 1_000, json === true);
    else await show();
  });
}

function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((one) => one.name() === name);
  return known ?? program.command(name).description(groups[name] as string);
}

const commonInput = z.object({
  every: z.coerce.number({ error: 'must be seconds' }).min(1).max(3_600).default(2),
  timeout: z.coerce.number({ error: 'must be seconds' }).min(0).max(86_400).default(120),
});

function commonOptions(verb: Verb): Option[] {
  return [
    ...(verb.isWatchable
      ? [
          new Option('-w, --watch', 'show it again whenever it has changed, until Ctrl-C'),
          new Option('--every <seconds>', 'with --watch: how often to look (2)'),
        ]
      : []),
    ...(verb.waits
      ? [
          new Option('--timeout <seconds>', 'how long to wait for what was begun (120)'),
          new Option('--no-wait', 'only ask for it'),
        ]
      : []),
    ...(verb.asks ? [new Option('-y, --yes', 'do it without asking')] : []),
    new Option('--json', 'as JSON, of the schema that wafleet schema <verb> prints'),
  ];
}

/** @throws Failure `usage` that names what is wrong */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  given: Record<string, unknown>,
): z.output<Schema> {
  const result = schema.safeParse(present(given));
  if (result.success) return result.data;
  throw wrongUsage(result.error);
}

export function wrongUsage(error: z.ZodError): Failure {
  return new Failure('usage', {
    title: 'The command was not understood.',
    detail: error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('\n'),
    action: 'wafleet help <verb> says how it is used.',
  });
}

const present = (given: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
