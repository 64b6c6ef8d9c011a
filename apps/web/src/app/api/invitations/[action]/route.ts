import { forward, pathBelow } from '@/server/forward';

/** `look` at an invitation, or `accept` it. */
export async function POST(request: Request, context: { params: Promise<{ action: string }> }) {
  return forward(request, pathBelow('/invitations', [(await context.params).action]));
}
