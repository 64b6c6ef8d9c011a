import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../machine';

/** Names of settings whose value nobody else may know. */
const secretNames = /KEY|SECRET|PASSWORD|TOKEN|_URL$|SMTP|EMAIL/;

/** Every secret of this installation that can be known here, to be left out wherever it turns up. */
export function findSecrets({ config, database, access }: Machine): string[] {
  const { dataDir, environment } = config;
  const named = Object.entries(environment).flatMap(([name, value]) =>
    secretNames.test(name) && value ? [value, ...credentialsOf(value)] : [],
  );
  const inFiles = Object.keys(environment).flatMap((name) =>
    name.endsWith('_FILE') ? [read(environment[name] ?? '')] : [],
  );
  return [
    ...named,
    ...inFiles,
    ...(access === null ? [] : [access.key]),
    ...(database === null ? [] : credentialsOf(database.url)),
    ...valuesIn(read(join(dataDir, 'access.json'))),
    read(join(dataDir, 'postgres-password')),
    read(join(dataDir, 'master.key')),
    read(join(dataDir, 'master.key.next')),
  ].filter((secret) => secret.length >= shortest);
}

/** A shorter one is a word of its own right, and nobody's secret. */
const shortest = 6;

function credentialsOf(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  return [password, decodeURIComponent(password), username].filter(
    (text) => text !== 'wafleet' && text !== 'postgres',
  );
}

/** Of the file with the keys: all but the addresses. */
function valuesIn(json: string): string[] {
  try {
    const values = Object.values(JSON.parse(json) as Record<string, unknown>);
    return values.filter(
      (value): value is string => typeof value === 'string' && !value.startsWith('http://127.'),
    );
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
