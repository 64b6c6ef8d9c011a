import { join } from 'node:path';
import { defineConfig } from 'prisma/config';

// The CLI runs this engine instead of downloading one. It reads the variable after this file.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= join(__dirname, 'packages/db/schema-engine/schema-engine.mjs');

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost:5432/wafleet' },
});
