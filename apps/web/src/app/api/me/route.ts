import { forward } from '@/server/forward';

export const GET = (request: Request) => forward(request, '/me');
