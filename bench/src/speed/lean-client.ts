import { Pool } from 'undici';

const answeredWithinMs = 10_000;

/** Asks on connections that stay open: of what a call takes, as little as can be is the caller's. */
export interface LeanClient {
  /** @returns the status of the answer. @throws Error where none comes within ten seconds */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

export function createLeanClient(
  baseUrl: string,
  headers: Record<string, string>,
  maxSockets?: number,
): LeanClient {
  const timeouts = { headersTimeout: answeredWithinMs, bodyTimeout: answeredWithinMs };
  const pool = new Pool(baseUrl, { ...timeouts, connections: maxSockets ?? null });
  return {
    async ask(method, path, body) {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const all = { ...headers, ...(sent !== undefined && { 'content-type': 'application/json' }) };
      const asked = { method, path, headers: all, ...(sent !== undefined && { body: sent }) };
      const { statusCode, body: answer } = await pool.request(asked);
      return { status: statusCode, text: await answer.text() };
    },
    close: () => pool.close(),
  };
}
