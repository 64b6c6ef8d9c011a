import type { TenantFolder } from '../tenant-files/tenant-folder';
import { openOutput } from '../tenant-files/tenant-folder';
import type { Engine } from './engine';

const kept = { lines: 60, bytes: 32 * 1024 };

/**
 * Writes what a dead worker wrote last to the tenant's folder, where the output of a process lies, too: its container
 * goes with the next start.
 */
export async function keepLastWords(
  engine: Engine,
  container: { Id: string; Config: { User: string } },
  folder: TenantFolder,
): Promise<void> {
  const log = await engine.ask('read the output', (docker, abortSignal) =>
    docker.getContainer(container.Id).logs({ stdout: true, stderr: true, tail: kept.lines, abortSignal }),
  );
  const uid = process.getuid?.() === 0 ? Number(container.Config.User.split(':')[0]) : null;
  const file = await openOutput(folder, uid);
  try {
    await file.write(textOf(log).subarray(-kept.bytes));
  } finally {
    await file.close();
  }
}

/** The engine frames each piece by eight bytes: the stream, three zeros, and how long it is. */
function textOf(framed: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + headerBytes <= framed.length;) {
    const length = framed.readUInt32BE(at + 4);
    parts.push(framed.subarray(at + headerBytes, at + headerBytes + length));
    at += headerBytes + length;
  }
  return Buffer.concat(parts);
}

const headerBytes = 8;
