import { tellFailure } from '@/ui/toast';
import { post, sentenceOf } from './control-plane';

/** Another workspace, or none, is another page: nothing of the one before stays. */
export async function chooseWorkspace(tenantId: string | null, next = '/'): Promise<void> {
  try {
    await post('/api/workspace', { tenantId });
    location.assign(next);
  } catch (error) {
    tellFailure('The workspace could not be changed', sentenceOf(error));
  }
}
