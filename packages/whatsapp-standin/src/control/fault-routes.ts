import { Router } from 'express';
import type { FaultSwitch } from '../faults/fault-switch';
import type { Network } from '../network/network';
import { dropBody, faultsBody, numberQuery } from './requests';

/** What goes wrong: switched on and off for one account or for all, and connections cut at once. */
export function faultRoutes(network: Network, faults: FaultSwitch): Router {
  const routes = Router();

  routes.get('/faults', (_request, response) => {
    response.json(faults.list());
  });

  routes.post('/faults', (request, response) => {
    const { number, faults: wanted } = faultsBody.parse(request.body);
    faults.set(wanted, number);
    response.json(faults.list());
  });

  routes.delete('/faults', (request, response) => {
    faults.clear(numberQuery.parse(request.query).number);
    response.json(faults.list());
  });

  routes.post('/connections/drop', (request, response) => {
    network.cutConnections(dropBody.parse(request.body ?? {}).number);
    response.json({});
  });

  return routes;
}
