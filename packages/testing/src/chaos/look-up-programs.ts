/**
 * Loaded into a control plane before itself (`node --require`), with DATA_DIR in its environment: the name of tenants' programs
 * stands for whatever address the file beside that folder holds. Every other name is looked up as ever.
 */
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { fileOfProgramAddress, programHost } from './program-address';

type Done = (error: Error | null, address: string | dns.LookupAddress[], family?: number) => void;

const dataDir = process.env['DATA_DIR'];
const lookup = dns.lookup as (name: string, options: dns.LookupOptions, done: Done) => void;

function lookUp(name: string, options: dns.LookupOptions, done: Done): void {
  if (name !== programHost || dataDir === undefined) return lookup(name, options, done);
  const address = readFileSync(fileOfProgramAddress(dataDir), 'utf8').trim();
  if (options.all) process.nextTick(done, null, [{ address, family: 4 }]);
  else process.nextTick(done, null, address, 4);
}

dns.lookup = lookUp as typeof dns.lookup;
