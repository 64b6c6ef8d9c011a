import type { WebhookDelivery } from '@wafleet/contracts';
import type { Tone } from '@/ui/mark';

/** How each state of a delivery is shown. */
export const deliveryLooks: Record<WebhookDelivery['state'], { tone: Tone; word: string }> = {
  PENDING: { tone: 'busy', word: 'Waiting' },
  DELIVERED: { tone: 'good', word: 'Delivered' },
  PARKED: { tone: 'bad', word: 'Refused' },
  DEAD: { tone: 'bad', word: 'Given up' },
};

/** What the receiver last answered, or why there was none. */
export function answerWords({
  responseCode,
  problem,
}: Pick<WebhookDelivery, 'responseCode' | 'problem'>): string {
  return [responseCode, problem?.explanation].filter(Boolean).join(': ');
}
