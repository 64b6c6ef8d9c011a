import { z } from 'zod';
import { defineVerb } from '../verbs/verb';
import { completionScripts } from './scripts';

export const completionVerb = defineVerb({
  usage: 'completion <shell>',
  summary: 'What makes a shell complete verbs, options and tenants: bash, zsh or fish',
  details: `  bash   source <(wafleet completion bash)
  zsh    source <(wafleet completion zsh)
  fish   wafleet completion fish | source`,
  input: z.strictObject({ shell: z.enum(['bash', 'zsh', 'fish'], { error: 'must be bash, zsh or fish' }) }),
  json: z.object({ shell: z.string(), script: z.string() }),
  async run(_context, { shell }) {
    const script = completionScripts[shell];
    return { data: { shell, script }, text: script.trimEnd() };
  },
});
