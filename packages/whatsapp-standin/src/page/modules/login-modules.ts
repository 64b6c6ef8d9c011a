import { encodeB64, devicePlatform } from '../connection/registration';
import type { Page } from '../page';

/** What the library needs to log in: state of the socket, QR, pairing code, keys. */
export function loginModules({ socket, conn, cmd, registration, session }: Page): Record<string, unknown> {
  return {
    WAWebSocketModel: { Socket: socket },
    WAWebConnModel: { Conn: conn },
    WAWebCmd: { Cmd: cmd },
    WAWebOfflineHandler: {
      OfflineMessageHandler: { getOfflineDeliveryProgress: () => session.offlineProgress() },
    },
    WABase64: { encodeB64 },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: devicePlatform },
    WAWebAdvSignatureApi: {},
    WAWebUserPrefsInfoStore: {
      waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: registration.noiseKey } }) },
    },
    WAWebSignalStoreApi: {
      waSignalStore: {
        getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: registration.identityKey } }),
      },
    },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => registration.advSecret },
    WAWebMiscBrowserUtils: { info: () => ({ name: 'Chrome', os: 'Linux' }) },
    WAWebAltDeviceLinkingApi: {
      setPairingType: () => undefined,
      initializeAltDeviceLinking: async () => session.pauseQr(),
      startAltLinkingFlow: async (number: string) =>
        (await session.link.call({ method: 'pairing-code', number })).code,
      initializeQRLinking: async () => undefined,
    },
    WAWebLaunchSocketUtils: { refreshQR: () => cmd.refreshQR() },
  };
}
