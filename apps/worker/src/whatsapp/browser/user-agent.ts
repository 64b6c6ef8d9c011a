import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The user agent of a desktop Chrome of this browser's version; the library's own default is years old. To be asked the
 * browser has to be started, which takes a tenth of a repair, so what it said is kept for later workers too, until its
 * program changes.
 */
export class UserAgent {
  private known: Version | null = null;

  /** @param keptIn a file; where it can't be read or written the browser is asked once by each worker */
  constructor(
    private readonly executablePath: string,
    private readonly keptIn: string,
  ) {}

  /** @throws Error where the browser can't be asked */
  async read(): Promise<string> {
    const { mtimeMs: changedAt } = await stat(this.executablePath);
    const isOfNow = (version: Version) =>
      version.changedAt === changedAt && version.executablePath === this.executablePath;
    this.known ??= await readKept(this.keptIn);
    if (this.known === null || !isOfNow(this.known)) {
      const major = await askVersion(this.executablePath);
      this.known = { executablePath: this.executablePath, changedAt, major };
      await writeFile(this.keptIn, JSON.stringify(this.known)).catch(() => undefined);
    }
    const { major } = this.known;
    return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
  }
}

interface Version {
  executablePath: string;
  /** When its program was last changed, in Unix milliseconds. */
  changedAt: number;
  major: number;
}

async function readKept(path: string): Promise<Version | null> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as Version;
    return Number.isInteger(kept.major) ? kept : null;
  } catch {
    return null;
  }
}

async function askVersion(executablePath: string): Promise<number> {
  const { stdout } = await promisify(execFile)(executablePath, ['--version'], { timeout: 10_000 });
  const major = /(\d+)\.\d+\.\d+\.\d+/.exec(stdout)?.[1];
  if (major === undefined) throw new Error('The browser does not tell its version.');
  return Number(major);
}
