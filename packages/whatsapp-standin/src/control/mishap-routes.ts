import { Router } from 'express';
import type { Network } from '../network/network';
import { allocateBody, busyBody, pagesBody, sayBody } from './requests';

/**
 * What goes wrong once, at once, with the connected pages of one account or with all of them. Each answers with how
 * many pages it met: one that has no connection just then is not reached.
 */
export function mishapRoutes(network: Network): Router {
  const routes = Router();

  routes.post('/connections/drop', (request, response) => {
    response.json({ pages: network.cutConnections(pagesBody.parse(request.body ?? {}).number) });
  });

  routes.post('/connections/replace', (request, response) => {
    response.json({ pages: network.replaceConnections(pagesBody.parse(request.body ?? {}).number) });
  });

  routes.post('/pages/reload', (request, response) => {
    const { number } = pagesBody.parse(request.body ?? {});
    response.json({ pages: network.befall({ kind: 'reload' }, number) });
  });

  routes.post('/pages/navigate', (request, response) => {
    const { number } = pagesBody.parse(request.body ?? {});
    response.json({ pages: network.befall({ kind: 'navigate' }, number) });
  });

  routes.post('/pages/busy', (request, response) => {
    const { number, forMs } = busyBody.parse(request.body ?? {});
    response.json({ pages: network.befall({ kind: 'busy', forMs }, number) });
  });

  routes.post('/pages/allocate', (request, response) => {
    const { number, megabytes } = allocateBody.parse(request.body ?? {});
    response.json({ pages: network.befall({ kind: 'allocate', megabytes }, number) });
  });

  routes.post('/pages/say', (request, response) => {
    const { number, ...saying } = sayBody.parse(request.body ?? {});
    response.json({ pages: network.befall({ kind: 'say', ...saying }, number) });
  });

  return routes;
}
