import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { loadMachineConfig } from '../config';
import { exitCodes } from '../exit-codes';
import { printable } from '../terminal/printable';
import type { Terminal } from '../terminal/terminal';
import { type Context, defineVerb } from '../verbs/verb';
import { writeBundle } from './bundle/write-bundle';
import { type Finding, type Level, levels, worstOf } from './finding';
import { lookAtMachine } from './machine';
import { runChecks } from './run-checks';

const findingSchema = z.object({
  check: z.string(),
  about: z.string().nullable(),
  level: z.enum(levels),
  says: z.string(),
  mend: z.string().nullable(),
});

const exits: Record<Level, number> = {
  well: exitCodes.done.code,
  note: exitCodes.done.code,
  warning: exitCodes.warnings.code,
  broken: exitCodes.failed.code,
};

export const doctorVerb = defineVerb({
  usage: 'doctor',
  summary: 'What is wrong with this machine and this installation, and the command that mends it',
  details: `Works with the control plane down. --fix does what loses nothing and interrupts nobody: closes files that
others could read, gives files of a stopped tenant's profile back to it, ends browsers that have lost their worker.`,
  options: [
    ['--fix', 'do the safe ones, and say what was done'],
    ['--bundle [file]', 'write an archive for a bug report, without secrets, numbers and messages'],
  ],
  input: z.strictObject({
    fix: z.boolean().default(false),
    bundle: z.union([z.literal(true), z.string().min(1).max(4_096)]).optional(),
  }),
  json: z.object({
    worst: z.enum(levels),
    findings: z.array(findingSchema),
    /** What --fix did, each in one line. */
    fixed: z.array(z.string()),
    bundle: z
      .object({ path: z.string(), files: z.array(z.object({ name: z.string(), bytes: z.number().int() })) })
      .nullable(),
  }),
  async run(context, { fix, bundle }) {
    const machine = await lookAtMachine(
      context.config,
      loadMachineConfig(context.config.environment),
      context.signal,
    );
    const look = () => runChecks(machine, (check) => context.progress(`looking at: ${check}`));
    const first = await look();
    const fixed = fix ? await fixAll(context, first) : [];
    const findings = fixed.length > 0 ? await look() : first;
    const shown = findings.map(({ fix: _fix, ...finding }) => finding);
    const archive =
      bundle === undefined
        ? null
        : await writeBundle(machine, shown, resolve(bundle === true ? bundleName(new Date()) : bundle));
    const worst = worstOf(findings);
    return {
      data: { worst, findings: shown, fixed, bundle: archive },
      text: [
        ...findings.map((finding) => findingText(finding, context.terminal)),
        ...fixed.map((what) => `fixed    ${what}`),
        ...(archive === null
          ? []
          : [
              '',
              `Written: ${archive.path}. In it, freed of secrets, numbers and messages:`,
              ...archive.files.map(({ name, bytes }) => `  ${name} (${bytes} bytes)`),
              'Look through it before you send it.',
            ]),
        '',
        verdict(findings, worst, fix),
      ].join('\n'),
      exitCode: exits[worst],
    };
  },
});

/** One after the other; one that fails is told and the next one tried. */
async function fixAll(context: Context, findings: readonly Finding[]): Promise<string[]> {
  const done: string[] = [];
  for (const { fix } of findings) {
    if (fix === undefined) continue;
    try {
      await fix.run();
      done.push(fix.does);
    } catch (error) {
      context.remark(`Could not ${fix.does}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
    }
  }
  return done;
}

const styles: Record<Level, Parameters<Terminal['style']>[0]> = {
  well: 'green',
  note: 'gray',
  warning: 'yellow',
  broken: 'red',
};

function findingText({ check, about, level, says, mend }: Finding, terminal: Terminal): string {
  const head = `${terminal.style(styles[level], level.padEnd(7))}  ${check.padEnd(16)}  `;
  const whose = about !== null && !says.includes(about) ? `${printable(about)}: ` : '';
  return `${head}${whose}${printable(says)}${mend === null ? '' : `\n${' '.repeat(27)}→ ${printable(mend)}`}`;
}

function verdict(findings: readonly Finding[], worst: Level, wasFixed: boolean): string {
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  const hint = fixable > 0 && !wasFixed ? ` wafleet doctor --fix mends ${fixable}.` : '';
  if (worst === 'broken') return `Broken: ${count('broken')}. To be looked at: ${count('warning')}.${hint}`;
  return worst === 'warning'
    ? `It works. To be looked at: ${count('warning')}.${hint}`
    : 'Everything is well.';
}

const bundleName = (now: Date) =>
  basename(`wafleet-report-${now.toISOString().slice(0, 19).replaceAll(':', '-')}.tar.gz`);
