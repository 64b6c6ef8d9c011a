/** What an invited person reads. */
export function invitationMail(url: string, tenantName: string | null, expiresAt: Date) {
  const where = tenantName === null ? 'Wafleet' : `${tenantName} at Wafleet`;
  return {
    subject: `Your access to ${where}`.replaceAll(/\s+/g, ' '),
    text: [
      `You are invited to ${where}. Choose your password here:`,
      '',
      url,
      '',
      `The link can be used once, until ${expiresAt.toUTCString()}. Whoever has it can choose the password: do not pass it on.`,
      'If you did not expect this, do nothing.',
      '',
    ].join('\n'),
  };
}
