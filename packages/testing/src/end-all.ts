/**
 * Does one after the other, also when one fails, so that nothing is left of what was started.
 * @throws the first failure, when all is done
 */
export async function endAll(ends: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
