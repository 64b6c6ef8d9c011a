import type { ClientBase } from 'pg';

/** What the database has of its own, as its catalogue names it. Queues and extensions lie elsewhere. */

export interface Table {
  name: string;
  /** Those that are stored. */
  columns: string[];
}

export async function tablesOf(client: ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname`);
  return rows;
}

export async function sequencesOf(client: ClientBase): Promise<{ name: string; last: string | null }[]> {
  const { rows } = await client.query<{ name: string; last: string | null }>(`
    SELECT sequencename AS name, last_value::text AS last
      FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename`);
  return rows;
}

/** Statements that take away every reference between tables, and those that put them back and check them. */
export async function referencesOf(client: ClientBase): Promise<{ drop: string[]; add: string[] }> {
  const { rows } = await client.query<{ drop: string; add: string }>(`
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid)) AS add
      FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`);
  return { drop: rows.map((row) => row.drop), add: rows.map((row) => row.add) };
}

/** Everything that migrations make, and nothing of an extension. */
export async function dropEverything(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ drop: string }>(`
    WITH own AS (
      SELECT 1 AS place, format('DROP TABLE IF EXISTS public.%I CASCADE', relname) AS drop
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
         AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
      UNION ALL
      SELECT 2, format('DROP VIEW IF EXISTS public.%I CASCADE', relname)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
         AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
      UNION ALL
      SELECT 3, format('DROP TYPE IF EXISTS public.%I CASCADE', typname)
        FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
         AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e'))
    SELECT drop FROM own ORDER BY place`);
  for (const { drop } of rows) await client.query(drop);
}

/** Null where every table is empty, but for the book of migrations. */
export async function firstTableWithRows(client: ClientBase): Promise<string | null> {
  for (const { name } of await tablesOf(client)) {
    if (name === bookOfMigrations) continue;
    const { rows } = await client.query<{ has: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM public.${client.escapeIdentifier(name)}) AS has`,
    );
    if (rows[0]?.has) return name;
  }
  return null;
}

export const bookOfMigrations = '_prisma_migrations';

/** As it stands in COPY. */
export function copied(client: ClientBase, { name, columns }: Table): string {
  const listed = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  return `public.${client.escapeIdentifier(name)} (${listed})`;
}
