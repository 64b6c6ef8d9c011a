import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { workerSettingsSchema } from '@wafleet/contracts';
import { readConfig } from './config';

const complete = workerSettingsSchema.parse({
  tenantId: 'ten_1',
  generation: 1,
  token: 'planted',
  linkUrl: 'ws://127.0.0.1:7301',
  tenantDir: '/data/ten_1',
  browser: { executablePath: '/opt/browser', headless: 'shell', sandbox: true },
});

describe('readConfig', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wafleet-config-'));
    process.env['WORKER_SETTINGS_FILE'] = join(folder, 'worker.json');
  });
  afterEach(() => {
    delete process.env['WORKER_SETTINGS_FILE'];
    rmSync(folder, { recursive: true });
  });
  const write = (text: string) => writeFileSync(join(folder, 'worker.json'), text);

  it('takes what the contract allows', () => {
    write(JSON.stringify(complete));
    expect(readConfig().settings).toEqual(complete);
  });

  it.each([
    ['no JSON', 'planted{', 'it is not JSON'],
    [
      'a field of another type',
      JSON.stringify({ ...complete, generation: 'planted' }),
      'generation must be a number',
    ],
    [
      'a field that is missing',
      JSON.stringify({ ...complete, browser: {} }),
      'browser.sandbox must be a boolean',
    ],
  ])('%s is named, without its value', (_title, text, expected) => {
    write(text);
    expect(readConfig).toThrow(expected);
    expect(readConfig).not.toThrow('planted');
  });

  it('a missing file is named', () => {
    expect(readConfig).toThrow('ENOENT');
  });
});
