import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { createTenant, linkedTenant, messagesOf, statusOf, untilActive, untilQr } from './tenant-steps';

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('chats, people and groups, from the API to the phone', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let ann: Person;
  let bob: Person;
  let path: string;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100063', 'Owner');
    ann = await createPerson(stack, '15550100963', 'Ann');
    bob = await createPerson(stack, '15550100964', 'Bob');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
    path = `/admin/tenants/${tenantId}`;
    await ann.send(owner.number, 'hello');
    await eventually(async () => (await messagesOf(controlPlane, tenantId)).length === 1, {
      timeoutMs: 60_000,
      what: 'what Ann wrote',
    });
  }, 120_000);
  afterAll(() => stack?.stop());

  const call = async (method: string, route: string, body?: unknown): Promise<any> => {
    const answer = await controlPlane.admin.call(method, path + route, body === undefined ? {} : { body });
    expect([method, route, answer.status < 300 || JSON.stringify(answer.body)]).toEqual([
      method,
      route,
      true,
    ]);
    return answer.body;
  };
  const refusal = async (method: string, route: string, body?: unknown) =>
    (await controlPlane.admin.call(method, path + route, body === undefined ? {} : { body })).body;
  /** What WhatsApp's network knows of the account. */
  const atNetwork = async (): Promise<any> =>
    (await fetch(`${stack.standin.controlUrl}/users/${owner.number}`)).json();
  const groupAtNetwork = async (id: string): Promise<any> =>
    (await fetch(`${stack.standin.controlUrl}/groups/${id}`)).json();

  it('nothing is missing from the page', async () => {
    expect((await statusOf(controlPlane, tenantId)).session.degraded).toEqual([]);
  });

  it('chats, contacts, a number and a profile are read', async () => {
    await fetch(`${stack.standin.controlUrl}/users/${ann.number}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ann', about: 'baking', pictureUrl: 'https://pictures.example/ann' }),
    });
    const { items } = await call('GET', '/chats');
    expect(items).toMatchObject([{ id: `${ann.number}@c.us`, isGroup: false, unread: 1, isMuted: false }]);
    const contacts = (await call('GET', '/contacts')).items;
    expect(contacts).toContainEqual(expect.objectContaining({ id: `${ann.number}@c.us`, isBlocked: false }));
    expect(await call('GET', `/numbers/+${ann.number}`)).toMatchObject({ isOnWhatsapp: true });
    expect(await call('GET', '/numbers/15550100999')).toMatchObject({ isOnWhatsapp: false, chatId: null });
    expect(await call('GET', `/contacts/${ann.number}`)).toMatchObject({
      id: `${ann.number}@c.us`,
      about: 'baking',
      pictureUrl: 'https://pictures.example/ann',
    });
    expect(await refusal('GET', '/contacts/15550100999')).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ field: 'contactId' }],
    });
  });

  it('a chat is pinned, archived, muted and marked as unread, and a message starred', async () => {
    const wanted = { isPinned: true, isArchived: true, isMarkedUnread: true, mutedUntil: 'forever' };
    const chat = await call('PATCH', `/chats/${ann.number}`, wanted);
    expect(chat).toMatchObject({ isPinned: true, isArchived: true, isMarkedUnread: true, isMuted: true });
    expect((await atNetwork()).chatSettings[ann.number]).toEqual({
      archived: true,
      pinned: true,
      mutedUntil: -1,
      markedUnread: true,
    });
    const undone = { isPinned: false, isArchived: false, isMarkedUnread: false, mutedUntil: null };
    expect(await call('PATCH', `/chats/${ann.number}`, undone)).toMatchObject({
      isPinned: false,
      isArchived: false,
      isMarkedUnread: false,
      isMuted: false,
    });
    const [message] = await messagesOf(controlPlane, tenantId);
    for (const isStarred of [true, true, false, true])
      await call('PUT', `/messages/${message.id}/starred`, { isStarred });
    expect((await atNetwork()).starred).toEqual([{ from: ann.number, id: message.waMessageId }]);
  });

  it('a message is pinned in its chat for as long as was asked, and no longer', async () => {
    const [message] = await messagesOf(controlPlane, tenantId);
    const pin = (forHours: number | null) => call('PUT', `/messages/${message.id}/pinned`, { forHours });
    await pin(24);
    await pin(168);
    const pinned = { from: ann.number, id: message.waMessageId, forSeconds: 7 * 24 * 60 * 60 };
    expect((await atNetwork()).pinned).toEqual([pinned]);
    expect(await refusal('PUT', `/messages/${message.id}/pinned`, { forHours: 5 })).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ field: 'forHours' }],
    });
    for (const forHours of [null, null]) await pin(forHours);
    expect((await atNetwork()).pinned).toEqual([]);
  });

  it('the account shows a picture, another, and none any more', async () => {
    const upload = async (type: string, bytes: Buffer): Promise<string> => {
      const response = await fetch(`${controlPlane.url}${path}/media`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.adminKey}`, 'content-type': type },
        body: new Uint8Array(bytes),
      });
      return ((await response.json()) as { id: string }).id;
    };
    const [png, text, broken] = await Promise.all([
      upload('image/png', onePixel),
      upload('text/plain', onePixel),
      upload('image/jpeg', Buffer.from('no picture')),
    ]);
    for (let round = 0; round < 2; round += 1) await call('PUT', '/profile/picture', { mediaId: png });
    const { pictureUrl } = await atNetwork();
    expect(pictureUrl).toMatch(/^https:/);
    expect(await call('GET', `/contacts/${owner.number}`)).toMatchObject({ pictureUrl });
    for (const mediaId of [text, broken, 'med_none'])
      expect(await refusal('PUT', '/profile/picture', { mediaId })).toMatchObject({
        code: 'INVALID_INPUT',
        errors: [{ field: 'mediaId' }],
      });
    expect(await atNetwork()).toMatchObject({ pictureUrl });
    for (let round = 0; round < 2; round += 1) await call('PUT', '/profile/picture', { mediaId: null });
    expect(await atNetwork()).toMatchObject({ pictureUrl: null });
  });

  it('a person is blocked and no longer, and the account calls itself otherwise', async () => {
    await call('PUT', `/contacts/${bob.number}/blocked`, { isBlocked: true });
    expect((await atNetwork()).blocked).toEqual([bob.number]);
    expect(await call('GET', `/contacts/${bob.number}`)).toMatchObject({ isBlocked: true });
    await call('PUT', `/contacts/${bob.number}/blocked`, { isBlocked: false });
    expect((await atNetwork()).blocked).toEqual([]);
    await call('PATCH', '/profile', { displayName: 'Bakery', about: 'open till six' });
    expect(await atNetwork()).toMatchObject({ name: 'Bakery', about: 'open till six' });
  });

  it('a group is made, changed, shared and left', async () => {
    const created = await call('POST', '/groups', {
      subject: 'Bakers',
      participants: [ann.number, '15550100999'],
    });
    expect(created.participants).toEqual(
      expect.arrayContaining([
        { id: `${ann.number}@c.us`, outcome: 'done' },
        { id: '15550100999@c.us', outcome: 'not_on_whatsapp' },
      ]),
    );
    const group = `/groups/${created.groupId}`;
    const change = async (what: string, participants: string[]) =>
      (await call('POST', `${group}/participants`, { change: what, participants })).participants.map(
        ({ outcome }: { outcome: string }) => outcome,
      );
    expect(await change('add', [bob.number, ann.number])).toEqual(['done', 'already']);
    expect(await change('promote', [bob.number])).toEqual(['done']);
    expect(await change('demote', [bob.number])).toEqual(['done']);
    expect(await change('remove', [bob.number, bob.number])).toEqual(['done', 'not_a_member']);
    const settings = { subject: 'Bakers of rye', description: 'Only rye', onlyAdminsWrite: true };
    await call('PATCH', group, { ...settings, onlyAdminsEdit: true, onlyAdminsAdd: true });
    const shown = await eventually(
      async () => {
        const view = await call('GET', group);
        return view.onlyAdminsAdd ? view : null;
      },
      { timeoutMs: 60_000, what: 'the changed group' },
    );
    expect(shown).toMatchObject({ ...settings, onlyAdminsEdit: true, isAdmin: true });
    expect(await groupAtNetwork(created.groupId)).toMatchObject({
      ...settings,
      participants: [{ number: owner.number, isAdmin: true }, { number: ann.number }],
    });
    const first = await call('GET', `${group}/invite`);
    expect(first.url).toContain(first.code);
    const renewed = await call('POST', `${group}/invite/revoke`);
    expect(renewed.code).not.toBe(first.code);
    await call('POST', `${group}/leave`);
    const left = await groupAtNetwork(created.groupId);
    expect(left.participants).toMatchObject([{ number: ann.number }]);
    expect(await refusal('GET', '/groups/120363000000000000@g.us')).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('a page that lacks parts is connected all the same, says so, and refuses what needs them', async () => {
    await fetch(`${stack.standin.controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ faults: { removeModules: ['WAWebGroupCreateJob'] } }),
    });
    const poor = await createPerson(stack, '15550100065', 'Poor');
    const poorId = await createTenant(controlPlane, 'Poor');
    await poor.scan(await untilQr(controlPlane, poorId));
    const status = await untilActive(controlPlane, poorId);
    await fetch(`${stack.standin.controlUrl}/faults`, { method: 'DELETE' });
    expect(status.session.degraded).toEqual(['groups']);
    const body = { subject: 'Bakers', participants: [ann.number] };
    const refused = await controlPlane.admin.call('POST', `/admin/tenants/${poorId}/groups`, { body });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'CAPABILITY_MISSING', capability: 'groups' },
    });
    expect((await controlPlane.admin.call('GET', `/admin/tenants/${poorId}/chats`)).status).toBe(200);
  });
});
