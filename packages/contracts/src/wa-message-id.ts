/**
 * The id an outgoing message has at WhatsApp, derived from our row's id, so that a send is recognised after a crash.
 * Shape: `3EB0` and 18 upper-case hex digits, as WhatsApp Web's own ids look.
 * @param digestHex SHA-256 of the message row's id, in hex
 */
export function waMessageIdFrom(digestHex: string): string {
  return `3EB0${digestHex.slice(0, 18).toUpperCase()}`;
}
