import { Router } from 'express';
import type { Network } from '../network/network';
import type { StateStore } from '../state/state-store';
import { pairBody, phoneBody, putUserBody, scanBody, unlinkBody, userPath } from './requests';
import { deviceView, userView } from './views';

/** Users and their phones. What links or unlinks a device is on disk before it is answered. */
export function userRoutes(network: Network, store: StateStore | undefined): Router {
  const { connections, directory } = network;
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

  return routes;
}
