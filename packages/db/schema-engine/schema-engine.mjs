#!/usr/bin/env node
// Prisma's schema engine for the stock CLI (`prisma migrate …`), without its download: the CLI runs this file when
// PRISMA_SCHEMA_ENGINE_BINARY names it. It speaks the engine's private protocol (JSON-RPC, one object per line) and
// answers with the same engine compiled to wasm, so its version is pinned to the CLI's own commit.
import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { loadWasmEngine } from './wasm.mjs';
import { canConnect, createDatabase, dropDatabase, postgresFactory } from './postgres.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    datasource: { type: 'string', default: '{}' },
    datamodels: { type: 'string', multiple: true },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
  },
});
const { url } = JSON.parse(values.datasource);

if (positionals[0] === 'cli') await runDatabaseCommand(positionals[1]);
else await answerRequests();

async function runDatabaseCommand(name) {
  const commands = {
    'can-connect-to-database': canConnect,
    'create-database': createDatabase,
    'drop-database': dropDatabase,
  };
  try {
    await commands[name](url);
  } catch (error) {
    const fields = { message: error.message, error_code: error.prismaCode };
    // The CLI drops the first line and parses each of the others.
    writeSync(2, `\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`);
    process.exit(1);
  }
}

/** One request at a time, in the order of arrival: the engine is not reentrant. */
async function answerRequests() {
  const SchemaEngine = await loadWasmEngine();
  const datamodels = values.datamodels?.map((path) => [path, readFileSync(path, 'utf8')]);
  const factory = postgresFactory(url);
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.method === undefined) continue;
    let answer;
    try {
      engine ??= await SchemaEngine.new({ datamodels }, () => {}, factory);
      const result = (await call(engine, request)) ?? {};
      // What a diff prints goes through the CLI as a request of ours; its reply is of no interest.
      if (result.stdout)
        send({ id: `print-${request.id}`, method: 'print', params: { content: result.stdout } });
      answer = { result };
    } catch (error) {
      answer = { error: rpcError(error, factory) };
    }
    send({ id: request.id, ...answer });
  }
  process.exit(0);
}

function call(engine, { method, params }) {
  return engine[method === 'getDatabaseVersion' ? 'version' : method](params);
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function rpcError(error, factory) {
  const cause = /^\d+$/.test(String(error.meta?.id))
    ? factory.errorRegistry.consumeError(error.meta.id)?.error
    : undefined;
  const message = cause?.message ?? error.message ?? String(error);
  return { code: 4466, message, data: { is_panic: false, message, error_code: error.code } };
}
