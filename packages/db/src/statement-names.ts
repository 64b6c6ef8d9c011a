/** Lists of any length make statements without end; what is beyond this many has no name. */
const maxNames = 500;

/**
 * Names for statements by their text. Postgres parses and plans a named statement once per connection, which costs it
 * more than running most of ours.
 */
export function createStatementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= maxNames) return '';
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
