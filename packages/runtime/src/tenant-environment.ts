import { join } from 'node:path';

/** What a tenant's own programs have of an environment, in its folder: nothing of whoever starts them. */
export function tenantEnvironment(
  folder: string,
): Record<'PATH' | 'HOME' | 'TMPDIR' | 'LANG' | 'TZ', string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  };
}
