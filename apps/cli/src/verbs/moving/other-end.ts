import { resolve } from 'node:path';
import { readAccess } from '../../connection/access';
import { type Api, createApi } from '../../connection/api';
import { Failure } from '../../failure';
import type { Context } from '../verb';

/** A login of some hundred MB over a slow line. */
const transferTimeoutMs = 3_600_000;

/**
 * The installation that a tenant is moved to: by its data folder on this machine, or by its address with the key in
 * WAFLEET_TO_KEY.
 * @throws Failure where no key is known
 */
export function accessOfOther({ config }: Pick<Context, 'config'>, place: string) {
  if (!/^https?:\/\//.test(place))
    return readAccess({ url: undefined, key: undefined, dataDir: resolve(place) });
  if (config.toKey === undefined)
    throw new Failure('refused', {
      title: 'There is no key for the installation to move to.',
      action: `Set WAFLEET_TO_KEY to a key of an operator of ${place}.`,
    });
  return { url: place.replace(/\/+$/, ''), key: config.toKey, webUrl: undefined, standinUrl: undefined };
}

/** As the context's own API, for what takes as long as bytes take. */
export const transferApi = ({ access }: Pick<Api, 'access'>): Api => createApi(access, transferTimeoutMs);

/** The archive of a tenant that was moved out, as it comes. */
export async function download(api: Api, tenantId: string, key: string): Promise<ReadableStream<Uint8Array>> {
  const { client, answer } = transferApi(api);
  const params = { path: { tenantId }, header: { 'wafleet-move-key': key } };
  return (await answer(
    client.GET('/admin/tenants/{tenantId}/move-out/archive', { params, parseAs: 'stream' }),
  )) as ReadableStream<Uint8Array>;
}

export async function upload(
  api: Api,
  tenantId: string,
  key: string,
  archive: ReadableStream<Uint8Array>,
): Promise<void> {
  const { client, answer } = transferApi(api);
  await answer(
    client.POST('/admin/tenants/{tenantId}/move-in', {
      params: { path: { tenantId }, header: { 'wafleet-move-key': key } },
      body: archive as never,
      bodySerializer: (body: unknown) => body as never,
      headers: { 'content-type': 'application/octet-stream' },
      duplex: 'half',
    } as never),
  );
}

/** Tells how much has come, as it comes. */
export function counted(
  archive: ReadableStream<Uint8Array>,
  tell: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  let bytes = 0;
  return archive.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        tell((bytes += chunk.length));
        out.enqueue(chunk);
      },
    }),
  );
}
