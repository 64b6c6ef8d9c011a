import { AppError, type Health, healthSchema, livenessSchema } from '@wafleet/contracts';
import { defineRoute, type Route } from './routing/route';

/** How this control plane is. Must answer within a second or two, also when a component does not. */
export type HealthReport = () => Health | Promise<Health>;

export function healthRoutes(health: HealthReport): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      summary: 'The process is alive',
      auth: 'none',
      onStandby: true,
      response: livenessSchema,
      handle: () => ({ status: 'ok' as const }),
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      summary: 'This control plane is the active one and every part it needs is well',
      auth: 'none',
      onStandby: true,
      response: healthSchema,
      errors: ['UNAVAILABLE', 'STANDBY'],
      handle: async () => {
        const report = await health();
        if (report.isReady) return report;
        // Without its database it does not know whether it would stand by.
        const hasDatabase = report.components.every(({ name, isWell }) => name !== 'database' || isWell);
        const code = report.role === 'standby' && hasDatabase ? 'STANDBY' : 'UNAVAILABLE';
        throw new AppError(code, { extra: { ...report } });
      },
    }),
  ];
}
