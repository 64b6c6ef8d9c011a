'use client';

import { create } from 'qrcode';
import { useMemo } from 'react';
import { span, useNow } from '@/ui/time';

/** Modules of white around a code, as its standard wants. */
const quiet = 3;

/** A code to scan: drawn here, black on white in every theme, and never kept. */
export function QrCode(props: { text: string; sequence: number; expiresAt: string | null; size?: number }) {
  const { text, sequence, expiresAt, size = 288 } = props;
  const { path, width } = useMemo(() => drawingOf(text), [text]);
  return (
    <div className="flex flex-col items-center gap-3">
      <div className="rounded-2xl bg-white p-2 shadow-sm">
        <svg
          role="img"
          aria-label="Code to scan with WhatsApp"
          viewBox={`0 0 ${width} ${width}`}
          width={size}
          height={size}
          shapeRendering="crispEdges"
          data-code={sequence}
        >
          <path d={path} stroke="#000" />
        </svg>
      </div>
      {expiresAt ? <Countdown key={sequence} until={expiresAt} /> : null}
      <p className="sr-only" role="status" key={`said-${sequence}`}>
        New code shown
      </p>
    </div>
  );
}

const ringRadius = 8;
const ringLength = 2 * Math.PI * ringRadius;

/** How long the code is good for; the ring is full when it is first seen. */
function Countdown({ until }: { until: string }) {
  const now = useNow(1_000);
  const fullMs = useMemo(() => Math.max(1_000, new Date(until).getTime() - Date.now()), [until]);
  const leftMs = Math.max(0, new Date(until).getTime() - now);
  const part = Math.min(1, leftMs / fullMs);
  return (
    <p className="flex items-center gap-2 text-sm text-soft tabular-nums">
      <svg aria-hidden viewBox="0 0 20 20" className="size-5 -rotate-90 text-accent">
        <circle cx="10" cy="10" r={ringRadius} fill="none" stroke="var(--line)" strokeWidth="2.5" />
        <circle
          cx="10"
          cy="10"
          r={ringRadius}
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
          strokeDasharray={ringLength}
          strokeDashoffset={ringLength * (1 - part)}
        />
      </svg>
      {leftMs > 0 ? `New code in ${span(leftMs)}` : 'A new code is on its way'}
    </p>
  );
}

function drawingOf(text: string): { path: string; width: number } {
  const { modules } = create(text, { errorCorrectionLevel: 'L' });
  const lines: string[] = [];
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++)
      if (modules.get(y, x)) lines.push(`M${x + quiet} ${y + quiet + 0.5}h1`);
  return { path: lines.join(''), width: modules.size + 2 * quiet };
}
