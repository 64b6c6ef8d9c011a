import type { AlertNotice } from '@wafleet/contracts';
import type { AlertChannel, Taking } from '../../src/alerts/notices/alert-channel';

export const unreached: Taking = { kind: 'unreached', problem: 'The webhook did not answer in time.' };
export const refused: Taking = { kind: 'refused', problem: 'The webhook answered 404.' };

/** Takes what it is told to take, and remembers it. */
export class ScriptedChannel implements AlertChannel {
  readonly name = 'webhook';
  answer: Taking = { kind: 'taken' };
  onTaken: () => Promise<void> = () => Promise.resolve();
  sent = 0;
  readonly ids: string[] = [];
  readonly taken: AlertNotice[] = [];

  async send(id: string, notice: AlertNotice): Promise<Taking> {
    this.sent += 1;
    if (this.answer.kind === 'taken') {
      this.ids.push(id);
      this.taken.push(notice);
      await this.onTaken();
    }
    return this.answer;
  }

  titles(): string[] {
    return this.taken.map(({ data }) => data.title);
  }
}
