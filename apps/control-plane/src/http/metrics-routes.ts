import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@wafleet/contracts';
import { z } from 'zod';
import { defineRoute, MediaReply, type Route } from './routing/route';

export interface MetricsRouteServices {
  metrics: { text(): Promise<string> };
  /** What a reader must show; null: anybody who reaches the port without a proxy may read. Undefined: nobody may. */
  metricsToken: string | null | undefined;
}

const textFormat = 'text/plain; version=0.0.4; charset=utf-8';
/** Set by a proxy: what it lets through does not come from this machine alone. */
const forwarding = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const;
const header = z.string().max(8_192).optional();

/** For Prometheus. A tenant's id is all that it tells of a tenant, but it tells how many there are and how they are. */
export function metricsRoutes({ metrics, metricsToken }: MetricsRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/metrics',
      summary: "Figures in Prometheus's text format",
      auth: 'none',
      onStandby: true,
      headers: z.object({
        authorization: header,
        'x-forwarded-for': header,
        forwarded: header,
        'x-real-ip': header,
      }),
      response: z.string(),
      mediaTypes: ['text/plain'],
      errors: ['UNAUTHORIZED', 'UNAVAILABLE'],
      handle: async ({ headers }) => {
        if (!mayRead(metricsToken, headers))
          throw new AppError('UNAUTHORIZED', {
            detail:
              'Send "Authorization: Bearer" with METRICS_TOKEN; without one, metrics are for this machine only.',
          });
        const text = await metrics.text().catch((cause: unknown) => {
          throw new AppError('UNAVAILABLE', { cause, internal: 'metrics could not be read' });
        });
        return new MediaReply(textFormat, text);
      },
    }),
  ];
}

function mayRead(
  token: MetricsRouteServices['metricsToken'],
  headers: { [Name in 'authorization' | (typeof forwarding)[number]]?: string | undefined },
): boolean {
  if (token === undefined) return false;
  if (token === null) return forwarding.every((name) => headers[name] === undefined);
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const shown = headers.authorization ?? '';
  return timingSafeEqual(hash(shown), hash(`Bearer ${token}`));
}
