import { join } from 'node:path';
import { repository } from './repository';
import type { LetIn } from './stack/let-in';
import { accessFile, type Access } from './stack/access';

/** What a person can do next, for the terminal. */
export function startGuide(access: Access, dataDir: string): string {
  return `
Wafleet is ready: ${access.controlPlaneUrl}${webLine(access)}
Keys and addresses: ${accessFile(dataDir)}

Add a tenant, and scan its code with WhatsApp (Settings, Linked devices, Link a device):
  ${wafleet(dataDir)} create "My business" --qr
How it is, and what it needs:
  ${wafleet(dataDir)} status "My business"

Stop: Ctrl-C. The tenants come back with the next start.
`;
}

export function demoGuide(access: Access, dataDir: string): string {
  return `
Wafleet:              ${access.controlPlaneUrl}${webLine(access)}
Stand-in for WhatsApp: ${access.standinUrl}
Keys and addresses:   ${accessFile(dataDir)}

Things to try:
  ${wafleet(dataDir)} ps
Watch what happens, live:
  ${wafleet(dataDir)} events --follow
Let Ada write to the bakery:
  curl -s ${access.standinUrl}/users/15550100201/send -H 'Content-Type: application/json' \\
    -d '{"to":"15550100101","body":"Hello?"}'

Stop: Ctrl-C. With the next start the tenants come back without a scan.
`;
}

const webLine = ({ webUrl }: Access) => (webUrl ? `\nPages for people:     ${webUrl}` : '');

/** The command line as it is called for this data folder, which is not named where it is the usual one. */
const wafleet = (dataDir: string) =>
  dataDir === usualDataDir ? 'npx wafleet' : `DATA_DIR='${dataDir}' npx wafleet`;

const usualDataDir = join(repository, 'data');

/** How people sign in to the web app, as far as they are new. */
export function signInGuide({ admin, owner }: { admin: LetIn | null; owner: LetIn | null }): string {
  const lines = [
    ...(admin ? [`Sign in as operator: ${admin.email}  ${admin.password}`] : []),
    ...(owner ? [`Sign in as owner of a business: ${owner.email}  ${owner.password}`] : []),
  ];
  if (lines.length === 0) return 'People sign in with the passwords they have.\n';
  return `${lines.join('\n')}\nThese passwords are shown this once; POST /admin/users makes a link for another one.\n`;
}
