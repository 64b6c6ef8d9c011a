import { AppError, type QrView, reasons } from '@wafleet/contracts';
import { toBuffer, toDataURL, toString } from 'qrcode';
import { MediaReply } from '../routing/route';

/** The forms in which a code can be asked for. */
export const qrMediaTypes = ['application/json', 'image/png', 'text/plain'] as const;

/** A code as the session knows it, not drawn yet. */
export type QrFacts = Omit<QrView, 'dataUrl'>;

/**
 * The tenant's code in the form that was asked for. Without a code, JSON has nulls in its place and keeps the reason.
 * @throws AppError NO_QR where a picture or text was asked for and there is no code
 */
export async function qrReply(facts: QrFacts, mediaType: string): Promise<QrView | MediaReply> {
  const { raw, state, reason } = facts;
  if (mediaType === 'application/json') {
    return { ...facts, dataUrl: raw === null ? null : await toDataURL(raw, drawing) };
  }
  if (raw === null) throw noQr(state, reason);
  if (mediaType === 'image/png') return new MediaReply('image/png', await toBuffer(raw, drawing));
  // Half blocks: twice as small as whole ones, and square in any terminal.
  const text = await toString(raw, { type: 'utf8', errorCorrectionLevel: 'L' });
  return new MediaReply('text/plain; charset=utf-8', `${text}\n`);
}

/**
 * The code as a picture that scales.
 * @throws AppError NO_QR where there is no code
 */
export async function qrPicture({ raw, state, reason }: QrFacts): Promise<MediaReply> {
  if (raw === null) throw noQr(state, reason);
  return new MediaReply('image/svg+xml', await toString(raw, { ...drawing, type: 'svg' }));
}

function noQr(state: QrFacts['state'], reason: QrFacts['reason']): AppError {
  const why = reason === null ? {} : { detail: reasons[reason].explanation };
  return new AppError('NO_QR', { ...why, extra: { state, reason } });
}

const drawing = { width: 320, margin: 2, errorCorrectionLevel: 'L' } as const;
