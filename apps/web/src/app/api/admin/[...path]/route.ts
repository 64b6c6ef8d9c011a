import { pathBelow, proxyTo } from '@/server/forward';

/** What operators may do. No admin key is kept here: the sign-in says who asks. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = proxyTo((parts) => pathBelow('/admin', parts));
