import { createDatabase } from '@wafleet/db';
import express from 'express';

/**
 * A program of its own: express and Prisma and nothing else, reading the same rows. What Wafleet's own share is measured
 * against. Prints its port, and ends with its input.
 */
const db = createDatabase({ url: process.env['DATABASE_URL'] as string });
const app = express();

app.get('/tenants/:id/status', async ({ params: { id } }, response) => {
  response.json(
    await db.tenant.findUnique({ where: { id }, include: { session: true, worker: true, heartbeat: true } }),
  );
});
app.get('/tenants', async (_request, response) => {
  response.json(await db.tenant.findMany({ orderBy: { id: 'desc' }, take: 50 }));
});

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
process.stdin.resume().once('end', () => process.exit(0));
