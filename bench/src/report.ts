import { summarise } from './statistics';

/** The figures of one run, printed as they come and as a table at the end. */
export class Report {
  private readonly rows: [name: string, value: string][] = [];

  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  add(name: string, value: string): void {
    this.rows.push([name, value]);
    this.line(`  ${name}: ${value}`);
  }

  /** @param values milliseconds, at least one */
  addTimes(name: string, values: readonly number[]): void {
    const { n, p50, p99 } = summarise(values);
    this.add(name, `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (n=${n})`);
  }

  table(): void {
    const rows = this.rows.map(([name, value]) => `| ${name} | ${value} |`);
    this.line(['', '| figure | measured |', '|---|---|', ...rows].join('\n'));
  }
}
