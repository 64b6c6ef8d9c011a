import { workspaceCookie } from '@/server/workspace';
import { z } from 'zod';

const choiceSchema = z.strictObject({
  tenantId: z
    .string()
    .regex(/^ten_[0-9a-z]{1,40}$/)
    .nullable(),
});

/** Chooses the workspace to look at, or none; it opens nothing that is not the person's. */
export async function POST(request: Request) {
  const choice = choiceSchema.safeParse(await request.json().catch(() => null));
  if (!choice.success) return new Response(null, { status: 400 });
  const { tenantId } = choice.data;
  const life = tenantId === null ? 'Max-Age=0' : 'Max-Age=31536000';
  return new Response(null, {
    status: 204,
    headers: {
      'set-cookie': `${workspaceCookie}=${tenantId ?? ''}; Path=/; ${life}; HttpOnly; SameSite=Lax`,
    },
  });
}
