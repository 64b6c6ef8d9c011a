import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Finding, findingsOf } from '../../finding';
import type { Machine } from '../../machine';
import { testedVersions } from '../../tested-versions';

const { well, note, warning, broken } = findingsOf('versions');

/** Node, and the library with the driver of browsers that it was tested with. */
export async function checkVersions({ config }: Machine): Promise<Finding[]> {
  return [
    nodeVersion(process.versions.node),
    ...Object.entries(testedVersions.packages).map(([name, version]) =>
      packageVersion(config.repository, name, version),
    ),
  ];
}

export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const { oldest, majors } = testedVersions.node;
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor))
    return broken(`Node ${version} is too old; ${oldest.major}.${oldest.minor} or newer is needed.`, {
      mend: `Install Node ${majors.at(-1)}: https://nodejs.org/en/download`,
    });
  if (!(majors as readonly number[]).includes(major))
    return warning(`Node ${version} works, and is not among the tested ones (${majors.join(', ')}).`, {
      mend: `Install Node ${majors.at(-1)}: https://nodejs.org/en/download`,
    });
  return well(`Node ${version}`);
}

/** As installed for the worker; a worker that was bundled elsewhere brings its own. */
function packageVersion(repository: string, name: string, tested: string): Finding {
  const found = installedVersion(join(repository, 'apps/worker/package.json'), name);
  if (found === null) return note(`${name} is not installed here; workers may bring it in their bundle.`);
  return found === tested
    ? well(`${name} ${found}`)
    : warning(`${name} ${found} is installed and ${tested} was tested.`, { mend: 'npm run setup' });
}

function installedVersion(from: string, name: string): string | null {
  try {
    const path = createRequire(from).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}
