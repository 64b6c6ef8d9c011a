import { pathBelow, proxyTo } from '@/server/forward';

/** What somebody with an onboarding link may do, and nothing else; a cookie of its own binds the link to the browser. */
export const { GET, HEAD, POST } = proxyTo((parts) => pathBelow('/link', parts));
