import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum as type } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** Column types of the engine's catalog queries; adapter-pg knows only those of application tables. */
const columnTypes = {
  16: type.Boolean,
  18: type.Character,
  20: type.Int64,
  21: type.Int32,
  23: type.Int32,
  26: type.Int64,
  1002: type.CharacterArray,
  1003: type.TextArray,
  1005: type.Int32Array,
  1007: type.Int32Array,
  1009: type.TextArray,
  1016: type.Int64Array,
  1114: type.DateTime,
  1184: type.DateTime,
};

/** What the wasm engine connects with: adapter-pg, mended where the engine needs more than the client does. */
export function postgresFactory(url) {
  return bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(url),
    connectToShadowDb: () => connectToShadowDatabase(url),
  });
}

async function connect(url) {
  if (!url) throw new Error('No database is configured; set DATABASE_URL.');
  const schema = new URL(url).searchParams.get('schema') ?? undefined;
  const pool = { connectionString: url, allowExitOnIdle: true };
  const adapter = await new PrismaPg(pool, { schema }).connect();
  return Object.assign(adapter, { queryRaw, executeScript });
}

/** Its own server-side database for the time of a command; upstream's would be the main one where a URL is given. */
async function connectToShadowDatabase(url) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  await onServer(url, `CREATE DATABASE "${name}"`);
  const shadowUrl = new URL(url);
  shadowUrl.pathname = `/${name}`;
  const adapter = await connect(shadowUrl.href);
  const close = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await close();
    await onServer(url, `DROP DATABASE "${name}"`);
  };
  return adapter;
}

async function queryRaw(query) {
  const { fields, rows } = await this.performIO(query);
  return {
    columnNames: fields.map((field) => field.name),
    columnTypes: fields.map((field) => columnTypes[field.dataTypeID] ?? type.Text),
    rows,
  };
}

/** The script as one query: splitting at semicolons, as upstream does, would break function bodies. */
async function executeScript(script) {
  await this.underlyingDriver()
    .query(script)
    .catch((error) => this.onError(error));
}

export async function canConnect(url) {
  const client = await open(url);
  await client.end();
}

export async function createDatabase(url) {
  await onServer(url, `CREATE DATABASE "${databaseOf(url)}"`);
}

export async function dropDatabase(url) {
  await onServer(url, `DROP DATABASE IF EXISTS "${databaseOf(url)}"`);
}

const databaseOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1));

/** Runs one statement in the server's maintenance database. */
async function onServer(url, statement) {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = await open(maintenance.href);
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** @throws Error with the `prismaCode` by which the CLI decides what to do, P1003 above all: create the database */
async function open(url) {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return client;
  } catch (error) {
    const codes = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000' };
    throw Object.assign(error, { prismaCode: codes[error.code] ?? 'P1001' });
  }
}
