'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Tenant, TenantLimits } from '@wafleet/contracts';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useAuditLink } from '@/calls/audit-link';
import { answerOf, controlPlane, sentenceOf } from '@/calls/control-plane';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Dialog, DialogButtons } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Failed } from '@/ui/notice';
import { SubmitButton } from '@/ui/submit-button';
import { tell } from '@/ui/toast';
import { formText } from '@/calls/form-text';
import { useMayAct } from '../../operator';

export function SettingsTab({ tenant }: { tenant: Tenant }) {
  const mayAct = useMayAct();
  return (
    <div className="grid max-w-2xl gap-4">
      <Card title="Settings">
        <Settings tenant={tenant} mayAct={mayAct} />
      </Card>
      {mayAct ? (
        <Card title="Erase">
          <p className="mb-3">
            Ends the session, unlinks the phone where it can be reached, and deletes everything of this
            tenant: messages, media, profile, logs, keys. It can&apos;t be taken back.
          </p>
          <Erase tenant={tenant} />
        </Card>
      ) : null}
    </div>
  );
}

function Settings({ tenant, mayAct }: { tenant: Tenant; mayAct: boolean }) {
  const answers = useQueryClient();
  const auditLink = useAuditLink();
  const change = useMutation({
    mutationFn: (form: FormData) => {
      const phoneNumber = formText(form, 'phoneNumber');
      const proxy = formText(form, 'proxy');
      const limits = limitsIn(form);
      return answerOf(
        controlPlane.PATCH('/admin/tenants/{tenantId}', {
          params: { path: { tenantId: tenant.id } },
          body: {
            name: formText(form, 'name'),
            ...(isSame(limits, tenant.limits) ? {} : { limits }),
            phoneNumber: phoneNumber === '' ? null : phoneNumber,
            // Its password is never shown, so that an address which was left as it is must not be sent.
            ...(proxy === (tenant.proxy?.url ?? '') ? {} : { proxy: proxy === '' ? null : { url: proxy } }),
          },
        }),
      );
    },
    onSuccess: () => {
      tell('The settings are stored', auditLink);
      void answers.invalidateQueries({ queryKey: ['tenant', tenant.id] });
    },
  });
  const store = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={store}>
      <TextField
        label="Name"
        name="name"
        defaultValue={tenant.name}
        maxLength={100}
        required
        disabled={!mayAct}
      />
      <TextField
        label="Expected number"
        name="phoneNumber"
        inputMode="tel"
        defaultValue={tenant.phoneNumber === null ? '' : `+${tenant.phoneNumber}`}
        hint="Another number that is linked is named as such."
        disabled={!mayAct}
      />
      <TextField
        label="Proxy"
        name="proxy"
        defaultValue={tenant.proxy?.url ?? ''}
        placeholder="socks5://user:password@host:1080"
        hint="Another one replaces the worker. The password is kept encrypted and never shown."
        disabled={!mayAct}
        spellCheck={false}
      />
      <fieldset className="flex flex-col gap-4" disabled={!mayAct}>
        <legend className="mb-2 text-sm text-soft">
          Limits of its own; empty: as the installation says. A container gets them in a quiet moment.
        </legend>
        <TextField
          label="Memory (MiB)"
          name="memoryMib"
          inputMode="numeric"
          pattern="\d*"
          defaultValue={
            tenant.limits?.memoryBytes ? String(Math.round(tenant.limits.memoryBytes / mebibyte)) : ''
          }
        />
        <TextField
          label="Processors"
          name="cpus"
          inputMode="decimal"
          pattern="[\d.]*"
          defaultValue={tenant.limits?.cpus ? String(tenant.limits.cpus) : ''}
        />
        <TextField
          label="Processes and threads"
          name="pids"
          inputMode="numeric"
          pattern="\d*"
          defaultValue={tenant.limits?.pids ? String(tenant.limits.pids) : ''}
        />
      </fieldset>
      {change.isError ? <Failed title="That did not work" text={sentenceOf(change.error)} /> : null}
      {mayAct ? (
        <div>
          <SubmitButton disabled={change.isPending}>{change.isPending ? 'Storing…' : 'Store'}</SubmitButton>
        </div>
      ) : null}
    </form>
  );
}

const mebibyte = 1024 * 1024;

function limitsIn(form: FormData): TenantLimits | null {
  const number = (name: string) => {
    const text = formText(form, name);
    return text === '' ? null : Number(text);
  };
  const memoryMib = number('memoryMib');
  const memoryBytes = memoryMib === null ? null : memoryMib * mebibyte;
  const [cpus, pids] = [number('cpus'), number('pids')];
  return memoryBytes === null && cpus === null && pids === null ? null : { memoryBytes, cpus, pids };
}

function isSame(one: TenantLimits | null, other: TenantLimits | null): boolean {
  return (['memoryBytes', 'cpus', 'pids'] as const).every(
    (name) => (one?.[name] ?? null) === (other?.[name] ?? null),
  );
}

/** The name is typed, so that no slip of the hand erases anybody. */
function Erase({ tenant }: { tenant: Tenant }) {
  const router = useRouter();
  const auditLink = useAuditLink();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const erase = useMutation({
    mutationFn: () =>
      answerOf(
        controlPlane.DELETE('/admin/tenants/{tenantId}', { params: { path: { tenantId: tenant.id } } }),
      ),
    onSuccess: () => {
      tell(`${tenant.name} is being erased`, auditLink);
      router.push('/fleet');
    },
  });
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Erase
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Erase ${tenant.name}?`}
        text="Everything of this tenant is deleted, and can't be brought back."
      >
        <TextField
          label={`Type ${tenant.name} to go on`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {erase.isError ? (
          <Failed className="mt-4" title="That did not work" text={sentenceOf(erase.error)} />
        ) : null}
        <DialogButtons>
          <Button kind="plain" onClick={() => setAsking(false)}>
            Cancel
          </Button>
          <Button
            kind="danger"
            disabled={typed.trim() !== tenant.name || erase.isPending}
            onClick={() => erase.mutate()}
          >
            {erase.isPending ? 'Erasing…' : 'Erase'}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}
