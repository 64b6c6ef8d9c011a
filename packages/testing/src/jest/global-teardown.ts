import { rm } from 'node:fs/promises';

export default async function stopTestServer(): Promise<void> {
  const server = globalThis.wafleetTestServer;
  if (!server) return;
  await server.postgres.stop();
  await rm(server.folder, { recursive: true, force: true });
  delete process.env.TEST_DATABASE_URL;
}
