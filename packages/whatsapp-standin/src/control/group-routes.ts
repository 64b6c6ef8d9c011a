import { Router } from 'express';
import type { Network } from '../network/network';
import { createGroupBody, groupActBody, groupPath, userGroupPath, userPath } from './requests';

/** Groups, made and changed on a member's phone. */
export function groupRoutes(network: Network): Router {
  const routes = Router();

  routes.post('/users/:number/groups', (request, response) => {
    const { number } = userPath.parse(request.params);
    const { subject, members } = createGroupBody.parse(request.body);
    response.status(201).json(network.createGroup(number, subject, members));
  });

  routes.post('/users/:number/groups/:group', (request, response) => {
    const { number, group } = userGroupPath.parse(request.params);
    response.json(network.changeGroup(number, group, groupActBody.parse(request.body)));
  });

  routes.get('/groups/:group', (request, response) => {
    response.json(network.groups.get(groupPath.parse(request.params).group));
  });

  return routes;
}
