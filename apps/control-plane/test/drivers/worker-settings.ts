import { workerSettingsSchema, type WorkerSettings } from '@wafleet/contracts';

/** What a control plane tells all workers alike, for workers without a browser. */
export function workerSettings(overrides: Partial<WorkerSettings> = {}): WorkerSettings {
  return workerSettingsSchema.parse({
    tenantId: '',
    generation: 1,
    token: '',
    linkUrl: 'ws://127.0.0.1:9',
    tenantDir: '',
    browser: { executablePath: '/nonexistent', headless: 'shell', sandbox: true },
    ...overrides,
  });
}
