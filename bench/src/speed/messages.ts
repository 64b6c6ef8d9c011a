import { asAdmin, callStandin, type ControlPlane, type EventStream, type Stack } from '@wafleet/testing';
import { createLeanClient } from './lean-client';
import { type BenchTenant, untilEvent } from '../tenants';

const customer = '15550109999';
/** Statuses that only the server's ack gives. */
export const reached = ['SENT', 'DELIVERED', 'READ'];

/** Milliseconds from a simulated person's send to the live event of the stored message, one at a time. */
export async function inboundLatencies(
  stack: Stack,
  stream: EventStream,
  tenants: readonly BenchTenant[],
  count: number,
): Promise<number[]> {
  await callStandin(stack, 'PUT', `/users/${customer}`, { name: 'Customer' });
  const latencies: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const tenant = tenants[index % tenants.length] as BenchTenant;
    const seen = stream.events.length;
    const sent = performance.now();
    await callStandin(stack, 'POST', `/users/${customer}/send`, { to: tenant.number, body: `in ${index}` });
    const at = await untilEvent(
      stream,
      (event) =>
        event.tenantId === tenant.id &&
        event.type === 'message.received' &&
        stream.events.indexOf(event) >= seen,
      sent,
    );
    latencies.push(at - sent);
  }
  return latencies;
}

export interface SendTimes {
  acceptedMs: number[];
  /** From the request to the message at the receiving person, as the stand-in's server noted it. */
  atUserMs: number[];
}

/** Sends one message at a time through the API. Both clocks are this machine's. */
export async function sendLatencies(
  stack: Stack,
  controlPlane: ControlPlane,
  stream: EventStream,
  tenants: readonly BenchTenant[],
  count: number,
): Promise<SendTimes> {
  const times: SendTimes = { acceptedMs: [], atUserMs: [] };
  const client = createLeanClient(controlPlane.url, asAdmin(stack.adminKey));
  await callStandin(stack, 'PUT', `/users/${customer}`, { name: 'Customer' });
  for (let index = 0; index < count; index += 1) {
    const tenant = tenants[index % tenants.length] as BenchTenant;
    const startedWall = Date.now();
    const started = performance.now();
    const body = { chatId: customer, body: `out ${index}` };
    const taken = await client.ask('POST', `/admin/tenants/${tenant.id}/messages`, body);
    times.acceptedMs.push(performance.now() - started);
    if (taken.status !== 202) throw new Error(`A message was answered by ${taken.status}: ${taken.text}`);
    const message = JSON.parse(taken.text) as { id: string };
    await untilEvent(
      stream,
      (event) =>
        event.type === 'message.status' &&
        event.data.messageId === message.id &&
        reached.includes(String(event.data.status)),
      started,
    );
    const chat = await callStandin(stack, 'GET', `/users/${customer}/chats/${tenant.number}`);
    const item = chat.items.find((one: { body: string }) => one.body === `out ${index}`);
    times.atUserMs.push(item.receivedAt - startedWall);
  }
  await client.close();
  return times;
}
