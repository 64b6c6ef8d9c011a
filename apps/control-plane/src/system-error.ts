/** The code of a failed system call, such as `ENOENT`, or of a statement, such as `23503`; null for any other error. */
export function systemErrorCode(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
