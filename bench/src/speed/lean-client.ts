import { Agent, request } from 'node:http';

const answeredWithinMs = 10_000;

/** Asks by Node's own HTTP client on connections that stay open: of what a call takes, as little as can be is the caller's. */
export interface LeanClient {
  /** @returns the status of the answer. @throws Error where none comes within ten seconds */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; text: string }>;
  close(): void;
}

export function createLeanClient(
  baseUrl: string,
  headers: Record<string, string>,
  maxSockets = Infinity,
): LeanClient {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const { hostname: host, port } = new URL(baseUrl);
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const sent = body === undefined ? undefined : JSON.stringify(body);
        const all = { ...headers, ...(sent !== undefined && { 'content-type': 'application/json' }) };
        const options = { agent, host, port, path, method, headers: all, timeout: answeredWithinMs };
        const asked = request(options, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response
            .on('data', (chunk: string) => (text += chunk))
            .on('end', () => resolve({ status: response.statusCode ?? 0, text }))
            .on('error', reject);
        });
        asked.on('timeout', () => asked.destroy(new Error(`${path} did not answer`))).on('error', reject);
        asked.end(sent);
      }),
    close: () => agent.destroy(),
  };
}
