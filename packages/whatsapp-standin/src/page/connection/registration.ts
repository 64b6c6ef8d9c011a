import type { RegistrationKeys } from '../../protocol';

/** WAWebCompanionRegClientUtils.DEVICE_PLATFORM, the last part of a QR. */
export const devicePlatform = '1';

/** The keys that an unlinked page shows in its QR, made anew by each page load. */
export class Registration {
  readonly noiseKey = crypto.getRandomValues(new Uint8Array(32));
  readonly identityKey = crypto.getRandomValues(new Uint8Array(32));
  readonly advSecret = encodeB64(crypto.getRandomValues(new Uint8Array(32)));

  keys(): RegistrationKeys {
    return {
      noise: encodeB64(this.noiseKey),
      identity: encodeB64(this.identityKey),
      advSecret: this.advSecret,
      platform: devicePlatform,
    };
  }
}

export function encodeB64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
