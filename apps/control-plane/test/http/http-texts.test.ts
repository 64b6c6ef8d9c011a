import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message, TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { type SignedInBrowser, startTestApi, type TestApi } from '../test-api';

describe('what people wrote', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let admin: SignedInBrowser;
  let owner: SignedInBrowser;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery', { owner: 'owner@example.com' });
    admin = await api.signIn('admin@example.com', { fleetRole: 'ADMIN' });
    owner = await api.signIn('owner@example.com');
    await api.db.message.create({
      data: {
        id: 'msg_one',
        tenantId,
        direction: 'OUTBOUND',
        status: 'UNCERTAIN',
        chatId: '15550100123@c.us',
        fromMe: true,
        body: 'a private matter',
        mentions: ['15550100123@c.us'],
        reactions: [{ sender: '15550100123@c.us', emoji: '🥖', at: 0 }],
        content: { kind: 'poll', question: 'a private matter', options: ['yes', 'no'], allowsMany: false },
        timestamp: new Date(),
      },
    });
  });
  afterAll(() => api?.stop());

  const path = () => `/admin/tenants/${tenantId}/messages`;

  it('is hidden from an operator who is signed in, whatever they ask for, but for what became of it', async () => {
    const page = await admin.call('GET', path());
    expect(page.body.items).toMatchObject([{ id: 'msg_one', status: 'UNCERTAIN', body: '', content: null }]);
    const answers = [
      page,
      await admin.call('GET', `${path()}/msg_one`),
      await admin.call('POST', `${path()}/msg_one/resolve`, { body: { outcome: 'sent' } }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/private|🥖/);
    }
    expect(await admin.call('GET', `${path()}?q=private`)).toMatchObject({ status: 403 });
    expect((await admin.call('GET', `${path()}/counts`)).body).toEqual({ received: 0, sent: 1 });
  });

  it("is its own people's, and a program's with a key", async () => {
    const program = await api.asProgram(tenantId);
    const lists = [
      await owner.call('GET', '/portal/tenant/current/messages?q=private'),
      await program.call('GET', '/v1/messages?q=private'),
      await api.admin('GET', `${path()}?q=private`),
    ];
    for (const { body } of lists)
      expect(body.items.map((one: Message) => one.body)).toEqual(['a private matter']);
  });

  it('is revealed one by one, to who acts, and that stands in the audit log for the tenant too', async () => {
    const viewer = await api.signIn('viewer@example.com', { fleetRole: 'VIEWER' });
    expect((await viewer.call('POST', `${path()}/msg_one/reveal`)).status).toBe(403);
    const revealed = await admin.call('POST', `${path()}/msg_one/reveal`);
    expect(revealed).toMatchObject({ status: 200, body: { body: 'a private matter' } });
    const action = 'POST /admin/tenants/:tenantId/messages/:messageId/reveal';
    const [entry] = await eventually(
      async () => {
        const query = `tenantId=${tenantId}&actor=admin@example.com&action=${encodeURIComponent(action)}`;
        const { items } = (await api.admin('GET', `/admin/audit?${query}`)).body;
        return items.length > 0 ? items : null;
      },
      { timeoutMs: 60_000, what: 'the entry of the reveal' },
    );
    expect(entry).toMatchObject({ outcome: 'done', detail: { messageId: 'msg_one' } });
    expect(JSON.stringify(entry)).not.toContain('private');
    const own = (await owner.call('GET', '/portal/tenant/current/audit')).body.items;
    expect(own).toContainEqual(
      expect.objectContaining({ action, actor: expect.objectContaining({ label: 'operator' }) }),
    );
  });
});
