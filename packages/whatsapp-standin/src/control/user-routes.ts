import { Router } from 'express';
import type { Network } from '../network/network';
import type { StateStore } from '../state/state-store';
import {
  burstBody,
  chatPath,
  numberQuery,
  pairBody,
  phoneBody,
  putUserBody,
  scanBody,
  sendBody,
  unlinkBody,
  userPath,
} from './requests';
import { deviceView, messageView, userView } from './views';

/** Users and their phones. What links or unlinks a device is on disk before it is answered. */
export function userRoutes(network: Network, store: StateStore | undefined): Router {
  const { connections, conversations, directory } = network;
  const routes = Router();

  routes.get('/users', (_request, response) => {
    response.json({ items: directory.all().map((user) => userView(user, connections)) });
  });

  routes.put('/users/:number', async (request, response) => {
    const { number } = userPath.parse(request.params);
    const user = network.putUser(number, putUserBody.parse(request.body));
    await store?.flush();
    response.json(userView(user, connections));
  });

  routes.get('/users/:number', (request, response) => {
    const { number } = userPath.parse(request.params);
    response.json(userView(directory.get(number), connections));
  });

  routes.post('/users/:number/scan', async (request, response) => {
    const { number } = userPath.parse(request.params);
    const device = await network.scan(number, scanBody.parse(request.body).qr);
    await store?.flush();
    response.json(deviceView(device, connections));
  });

  routes.post('/users/:number/pair', async (request, response) => {
    const { number } = userPath.parse(request.params);
    const device = await network.pair(number, pairBody.parse(request.body).code);
    await store?.flush();
    response.json(deviceView(device, connections));
  });

  routes.post('/users/:number/unlink', async (request, response) => {
    const { number } = userPath.parse(request.params);
    const { mode, device } = unlinkBody.parse(request.body ?? {});
    network.unlink(number, mode, device);
    await store?.flush();
    response.json(userView(directory.get(number), connections));
  });

  routes.post('/users/:number/phone', (request, response) => {
    const { number } = userPath.parse(request.params);
    network.setPhoneOnline(number, phoneBody.parse(request.body).online);
    response.json(userView(directory.get(number), connections));
  });

  routes.post('/users/:number/send', (request, response) => {
    const { number } = userPath.parse(request.params);
    const { to, body } = sendBody.parse(request.body);
    response.status(201).json({ id: network.sendFromPhone(number, to, body) });
  });

  routes.post('/users/:number/burst', (request, response) => {
    const { number } = userPath.parse(request.params);
    const { to, bodies } = burstBody.parse(request.body);
    response.status(201).json({ ids: bodies.map((body) => network.sendFromPhone(number, to, body)) });
  });

  routes.get('/users/:number/chats/:other', (request, response) => {
    const { number, other } = chatPath.parse(request.params);
    const messages = conversations.between(
      directory.get(number).number,
      directory.get(other).number,
    )?.messages;
    response.json({ items: (messages ?? []).map((message) => messageView(message, conversations)) });
  });

  routes.post('/users/:number/chats/:other/read', (request, response) => {
    const { number, other } = chatPath.parse(request.params);
    network.readOnPhone(number, directory.get(other).number);
    response.json({});
  });

  routes.get('/sends', (request, response) => {
    const { number } = numberQuery.parse(request.query);
    const sends = conversations.allSends();
    response.json({ items: number === undefined ? sends : sends.filter((send) => send.from === number) });
  });

  return routes;
}
