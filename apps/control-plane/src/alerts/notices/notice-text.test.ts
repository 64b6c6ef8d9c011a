import { describe, expect, it } from '@jest/globals';
import type { AlertGroup, AlertNotice } from '@wafleet/contracts';
import { alertReason, testContent } from './notice-content';
import { noticeText } from './notice-text';

const since = '2026-01-01T00:00:00.000Z';
const group = (part: Partial<AlertGroup>): AlertGroup => ({
  kind: 'opened',
  about: 'tenants',
  reason: alertReason('phone_logged_out'),
  count: 1,
  since,
  tenants: [],
  ...part,
});
const text = (...groups: AlertGroup[]) =>
  noticeText({
    type: 'alert.digest',
    timestamp: '2026-01-01T00:05:00.123Z',
    data: { title: 'The title', groups },
  } satisfies AlertNotice);
const tenants = [
  { id: 'ten_1', name: 'Bakery', detail: null, since },
  { id: 'ten_2', name: 'Florist', detail: 'the folder is owned by root', since },
];

describe('noticeText', () => {
  it('names the tenants, what to do, and how many more there are', () => {
    expect(text(group({ count: 212, tenants }))).toBe(
      [
        '212 tenants need a person: WhatsApp was unlinked',
        'Since 2026-01-01 00:00:00 UTC.',
        'This device was removed from Linked devices on the phone; link it again.',
        '',
        '- Bakery (ten_1)',
        '- Florist (ten_2): the folder is owned by root',
        '- and 210 more: GET /admin/alerts lists them',
        '',
        'Wafleet, 2026-01-01 00:05:00 UTC',
      ].join('\n'),
    );
  });

  it('tells several causes one after the other, an end in short', () => {
    expect(
      text(
        group({ about: 'control_plane', reason: alertReason('queue_unreachable') }),
        group({ kind: 'ended', tenants: tenants.slice(0, 1) }),
      ),
    ).toBe(
      [
        'Wafleet is in trouble: The job queue is away',
        'Since 2026-01-01 00:00:00 UTC.',
        'The job queue does not answer; what is due is done by sweeps, later.',
        'Start its Redis or Postgres, or correct REDIS_URL.',
        '',
        'Bakery no longer needs a person: WhatsApp was unlinked',
        'Since 2026-01-01 00:00:00 UTC.',
        '',
        '- Bakery (ten_1)',
        '',
        'Wafleet, 2026-01-01 00:05:00 UTC',
      ].join('\n'),
    );
  });

  it('of a test says that it is one', () => {
    expect(noticeText(testContent(new Date(since)))).toBe(
      'This is a test: alerts of Wafleet arrive here\n\nWafleet, 2026-01-01 00:00:00 UTC',
    );
  });
});
