import type { MediaRef } from '../../content';

/** A request for media that the server answered with something else than success. */
class MediaRequestFailed extends Error {
  constructor(
    what: string,
    readonly status: number,
  ) {
    super(`${what}: HTTP ${status}`);
  }
}

/** @param path of the page's own origin */
export function askForMedia(path: string, method: 'GET' | 'HEAD', signal?: AbortSignal): Promise<Response> {
  return fetch(withAccount(path), { method, cache: 'no-store', signal: signal ?? null });
}

/** Rejects with the answer's `status`, where the server has no such bytes or gives none. */
export async function downloadMedia(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const answer = await askForMedia(path, 'GET', signal);
  if (!answer.ok) throw new MediaRequestFailed('download', answer.status);
  return answer.arrayBuffer();
}

/** Gives bytes to the server, as they are. Rejects where it refuses them or can't be reached. */
export async function uploadMedia(bytes: Blob, mimetype: string, signal?: AbortSignal): Promise<MediaRef> {
  const headers = { 'content-type': mimetype || 'application/octet-stream' };
  const answer = await fetch(withAccount('/media'), {
    method: 'POST',
    headers,
    body: bytes,
    signal: signal ?? null,
  });
  if (!answer.ok) throw new MediaRequestFailed('upload', answer.status);
  return (await answer.json()) as MediaRef;
}

function withAccount(path: string): string {
  const account = /^"(\d+):/.exec(localStorage.getItem('last-wid-md') ?? '')?.[1] ?? '';
  return `${path}?account=${account}`;
}
