const number = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1.`);
  return value;
};

/** How much one run measures. */
export const size = {
  tenants: number('BENCH_TENANTS', 10),
  /** In each direction. */
  messages: number('BENCH_MESSAGES', 200),
  idleSeconds: number('BENCH_IDLE_SECONDS', 60),
};
