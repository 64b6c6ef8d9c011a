import { X509Certificate, createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { generate } from 'selfsigned';
import { z } from 'zod';
import { StateFileError } from '../state/state-store';

const certificateSchema = z.object({ key: z.string(), cert: z.string() });

export type Certificate = z.infer<typeof certificateSchema>;

/**
 * A self-signed certificate for web.whatsapp.com. With a file, the same one each time, so that a browser that was
 * started to trust it still does after the stand-in has restarted. @throws StateFileError
 */
export async function loadCertificate(file: string | undefined): Promise<Certificate> {
  if (file === undefined) return createCertificate();
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return parseCertificate(file, text);
  const certificate = await createCertificate();
  await writeFile(`${file}.new`, JSON.stringify(certificate), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return certificate;
}

/** What Chromium's `--ignore-certificate-errors-spki-list` takes: SHA-256 of the public key, base64. */
export function publicKeyHash(certificate: Certificate): string {
  const key = new X509Certificate(certificate.cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

function parseCertificate(file: string, text: string): Certificate {
  try {
    return certificateSchema.parse(JSON.parse(text));
  } catch (cause) {
    const hint = 'Remove it to make a new key; browsers that run must then be restarted.';
    throw new StateFileError(`The TLS key file ${file} is damaged. ${hint}`, { cause });
  }
}

async function createCertificate(): Promise<Certificate> {
  const inTenYears = new Date();
  inTenYears.setFullYear(inTenYears.getFullYear() + 10);
  const made = await generate([{ name: 'commonName', value: 'web.whatsapp.com' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: inTenYears,
  });
  return { key: made.private, cert: made.cert };
}
