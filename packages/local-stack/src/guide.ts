import { accessFile, type Access } from './stack/access';

/** What a person can do next, for the terminal. */
export function startGuide(access: Access, dataDir: string): string {
  return `
Wafleet is ready: ${access.controlPlaneUrl}
Keys and addresses: ${accessFile(dataDir)}

Add a tenant:
  ${adminKeyLine(dataDir)}
  curl -s ${access.controlPlaneUrl}/admin/tenants -H "Authorization: Bearer $ADMIN_KEY" \\
    -H 'Content-Type: application/json' -d '{"name":"My business"}'
Show its QR here, and scan it with WhatsApp (Settings, Linked devices, Link a device):
  curl -s ${access.controlPlaneUrl}/admin/tenants/<id>/qr -H "Authorization: Bearer $ADMIN_KEY" -H 'Accept: text/plain'
How it is:
  curl -s ${access.controlPlaneUrl}/admin/tenants/<id>/status -H "Authorization: Bearer $ADMIN_KEY"

Stop: Ctrl-C. The tenants come back with the next start.
`;
}

export function demoGuide(access: Access, dataDir: string): string {
  return `
Wafleet:              ${access.controlPlaneUrl}
Stand-in for WhatsApp: ${access.standinUrl}
Keys and addresses:   ${accessFile(dataDir)}

Things to try:
  ${adminKeyLine(dataDir)}
  curl -s ${access.controlPlaneUrl}/admin/tenants -H "Authorization: Bearer $ADMIN_KEY"
Watch what happens, live:
  curl -sN ${access.controlPlaneUrl}/admin/events -H "Authorization: Bearer $ADMIN_KEY"
Let Ada write to the bakery:
  curl -s ${access.standinUrl}/users/15550100201/send -H 'Content-Type: application/json' \\
    -d '{"to":"15550100101","body":"Hello?"}'

Stop: Ctrl-C. With the next start the tenants come back without a scan.
`;
}

const adminKeyLine = (dataDir: string) =>
  `ADMIN_KEY=$(node -p "JSON.parse(fs.readFileSync('${accessFile(dataDir)}')).adminKey")`;
