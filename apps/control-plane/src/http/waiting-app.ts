import { AppError, type Health, troubles } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import type { Express } from 'express';
import { createApp } from './app';
import { healthRoutes } from './health-routes';

const retryAfterSeconds = 2;
const preparing = {
  problem: 'This control plane is starting; its database is being asked and brought to this version.',
  solution: 'Wait a moment.',
};
const { explanation, action } = troubles.database_unreachable;
const away = { problem: explanation, solution: action };

/**
 * Answers while there is no database yet: its health, and to everybody else why, and when to come again.
 * @param isDatabaseAway whether it was asked and did not answer
 */
export function createWaitingApp(isDatabaseAway: () => boolean, log: Logger): Express {
  const why = () => (isDatabaseAway() ? away : preparing);
  const health = (): Health => ({
    isReady: false,
    role: 'standby',
    components: [{ name: 'database', isWell: false, ...why() }],
  });
  return createApp(healthRoutes(health), {
    admit: () => Promise.resolve(null),
    trustedProxies: [],
    isActive: () => false,
    otherwise: () => new AppError('UNAVAILABLE', { detail: why().problem, retryAfterSeconds }),
    log,
  });
}
