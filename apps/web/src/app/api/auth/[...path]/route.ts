import { pathBelow, proxyTo } from '@/server/forward';

/** Sign-in is the control plane's: this hands over requests, cookies and answers as they are. */
export const { GET, POST } = proxyTo((parts) => pathBelow('/api/auth', parts));
