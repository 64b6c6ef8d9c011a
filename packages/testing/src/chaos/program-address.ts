import { dirname, join } from 'node:path';

/** The name under which control planes of message chaos know tenants' programs. */
export const programHost = 'programs.example';

/** Where it stands which address the name has. */
export function fileOfProgramAddress(dataDir: string): string {
  return join(dirname(dataDir), 'address-of-programs');
}
