import { forward } from '@/server/forward';

/** How the control plane is; open to anybody there too. */
export const GET = (request: Request) => forward(request, '/readyz');
