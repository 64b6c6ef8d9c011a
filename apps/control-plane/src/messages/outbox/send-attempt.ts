import { idPrefixes, type TenantId } from '@wafleet/contracts';
import type { MediaStore } from '../../media/media-store';
import type { NewId } from '../../new-id';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { Attempt } from './begin-attempt';
import type { Learnt } from './next-send-step';
import { commandIdOf, commandOf } from './send-command';
import { stageMedia } from './stage-media';
import { unlessSilent } from './unless-silent';

const sendTimeoutMs = 30_000;
/** The page prepares and uploads the bytes first. */
const mediaTimeoutMs = 120_000;
const lookTimeoutMs = 15_000;
/** By which the clocks of this machine and the worker's may differ. */
const clockSlackMs = 60_000;

/** Gives the message to the worker; repeating it for the same attempt asks for the remembered result. */
export async function giveToWorker(
  deps: { links: WorkerLinks; mediaStore: Pick<MediaStore, 'read'> },
  tenantId: TenantId,
  attempt: Attempt,
): Promise<Learnt> {
  const { links } = deps;
  // A worker that was started meanwhile remembers nothing, and would send it without having looked.
  if (links.current(tenantId)?.generation !== attempt.generation) return { kind: 'silence' };
  const { media } = attempt.message;
  if (attempt.message.content?.kind === 'media' && !media) return { kind: 'refused', code: 'media_missing' };
  const command = commandOf(attempt);
  if (!command) return { kind: 'refused', code: 'target_missing' };
  const id = commandIdOf(attempt);
  if (media) {
    const failed = await stageMedia(deps, tenantId, { stageId: id, sha256: media.sha256 });
    if (failed) return failed;
  }
  const answer = await unlessSilent(
    links.command<typeof command.kind>(tenantId, id, command, media ? mediaTimeoutMs : sendTimeoutMs),
  );
  if (!answer) return { kind: 'silence' };
  const { result, generation } = answer;
  if (result.ok) return 'ack' in result.value ? { kind: 'in_page', ack: result.value.ack } : { kind: 'done' };
  // Only the generation that was given the message can vouch that nothing was sent.
  const isCertain = result.nothingSent && generation === attempt.generation;
  return isCertain ? { kind: 'refused', code: result.code } : { kind: 'unclear' };
}

/** Asks the worker whether the message is in its chat. */
export async function lookInChat(
  deps: { links: WorkerLinks; newId: NewId },
  tenantId: TenantId,
  { message, waMessageId }: Attempt,
): Promise<Learnt> {
  if (waMessageId === null) throw new Error('what has no id can not be looked for');
  const answer = await unlessSilent(
    deps.links.command<'message.find'>(
      tenantId,
      deps.newId(idPrefixes.command),
      { kind: 'message.find', waMessageId, chatId: message.chatId, ...sinceOf(message) },
      lookTimeoutMs,
    ),
  );
  if (!answer?.result.ok) return { kind: 'look_failed' };
  const { found, ack } = answer.result.value;
  return found ? { kind: 'in_page', ack: ack ?? 0 } : { kind: 'absent' };
}

/** It can't have been sent before its intent was committed. */
function sinceOf({ sendingAt }: Attempt['message']): { since?: number } {
  return sendingAt ? { since: sendingAt.getTime() - clockSlackMs } : {};
}
