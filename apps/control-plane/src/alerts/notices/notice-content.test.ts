import { describe, expect, it } from '@jest/globals';
import { alertNoticeSchema, reasonCodes, troubleCodes, webhookTroubles } from '@wafleet/contracts';
import { alertReason, noticeContent } from './notice-content';
import type { CauseGroup } from './plan-notices';

const now = new Date('2026-01-01T00:05:00.000Z');
const since = Date.parse('2026-01-01T00:00:00.000Z');

const group = (names: string[], part: Partial<CauseGroup> = {}) => {
  const cause = { kind: 'opened', about: 'tenants', reason: 'phone_logged_out', ...part } as const;
  const alerts = names.map((name, index) => ({ ...cause, alertId: name, since: since + index }));
  return { ...cause, alerts };
};
const content = (...groups: CauseGroup[]) => {
  const ids = groups.flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId));
  const tenantOf = (id: string) => ({ tenant: { id: `ten_${id}`, name: id }, detail: null });
  const notice = noticeContent(groups, new Map(ids.map((id) => [id, tenantOf(id)])), now);
  return alertNoticeSchema.parse(notice);
};
const many = Array.from({ length: 212 }, (_, index) => `Shop ${index}`);

describe('noticeContent', () => {
  it('of one tenant names it, since when, and what to do', () => {
    expect(content(group(['Bakery']))).toEqual({
      type: 'alert.opened',
      timestamp: now.toISOString(),
      data: {
        title: 'Bakery needs a person: WhatsApp was unlinked',
        groups: [
          {
            kind: 'opened',
            about: 'tenants',
            reason: {
              code: 'phone_logged_out',
              label: 'WhatsApp was unlinked',
              explanation: expect.any(String),
              action: 'link_again',
            },
            count: 1,
            since: '2026-01-01T00:00:00.000Z',
            tenants: [{ id: 'ten_Bakery', name: 'Bakery', detail: null, since: '2026-01-01T00:00:00.000Z' }],
          },
        ],
      },
    });
  });

  it('of many tenants counts all and names the first twenty', () => {
    const { data } = content(group(many));
    expect(data.title).toBe('212 tenants need a person: WhatsApp was unlinked');
    expect(data.groups[0]?.count).toBe(212);
    expect(data.groups[0]?.tenants).toHaveLength(20);
  });

  it('of an end says so', () => {
    expect(content(group(['Bakery'], { kind: 'ended' }))).toMatchObject({
      type: 'alert.ended',
      data: { title: 'Bakery no longer needs a person: WhatsApp was unlinked' },
    });
  });

  it('of the control plane itself names no tenant', () => {
    const trouble = group(['alt_1'], { about: 'control_plane', reason: 'queue_unreachable' });
    const notice = noticeContent([trouble], new Map([['alt_1', { tenant: null, detail: null }]]), now);
    expect(notice.data).toMatchObject({
      title: 'Wafleet is in trouble: The job queue is away',
      groups: [{ about: 'control_plane', tenants: [] }],
    });
  });

  it('of several causes sums them up', () => {
    const notice = content(
      group(many),
      group(['A', 'B'], { reason: 'restricted' }),
      group(['C'], { kind: 'ended' }),
    );
    expect(notice.type).toBe('alert.digest');
    expect(notice.data.title).toBe('3 causes, tenants that need a person: 214, tenants that no longer do: 1');
  });
});

describe('alertReason', () => {
  it('has words for every reason and every trouble, and no code is two of them', () => {
    const codes: string[] = [...reasonCodes, ...troubleCodes, ...Object.keys(webhookTroubles)];
    for (const code of codes) expect(alertReason(code).label).not.toBe(code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('a code of another release speaks for itself', () => {
    expect(alertReason('tomorrow')).toEqual({
      code: 'tomorrow',
      label: 'tomorrow',
      explanation: 'tomorrow',
      action: 'none',
    });
  });
});
