import { Router } from 'express';
import type { FaultSwitch } from '../faults/fault-switch';
import { faultsBody, numberQuery } from './requests';

/** What goes wrong for as long as it is switched on, for one account or for all. */
export function faultRoutes(faults: FaultSwitch): Router {
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

  return routes;
}
