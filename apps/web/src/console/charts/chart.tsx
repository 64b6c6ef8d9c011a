'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

export interface ChartSeries {
  label: string;
  values: readonly (number | null)[];
  /** The name of a colour of globals.css. */
  color: string;
}

const height = 160;

/**
 * Lines over time. It is a picture: what it says in short must stand beside it in words, and its numbers in a table.
 * Charts of the same `group` share their cursor.
 */
export function Chart(props: {
  label: string;
  /** Seconds since 1970. */
  times: readonly number[];
  series: readonly ChartSeries[];
  unit: string;
  group: string;
  /** Vertical lines, at these times. */
  marks?: readonly number[];
  /** From when to when, where that is more than there are values of. */
  range?: readonly [number, number];
}) {
  const { label, times, series, unit, group, marks, range } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const color = (name: string) => resolved(element, name) || style.color;
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height,
        legend: { live: true },
        cursor: { sync: { key: group }, y: false },
        scales: {
          ...(range ? { x: { range: [...range] as [number, number] } } : {}),
          y: { range: (_plot, _low, high) => [0, Math.max(1, (high ?? 0) * 1.1)] },
        },
        axes: [
          { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } },
          {
            stroke: color('--soft'),
            grid: { stroke: color('--line'), width: 1 },
            ticks: { show: false },
            size: 60,
            values: (_plot, values) => values.map((value) => `${value}${unit}`),
          },
        ],
        series: [
          {},
          ...series.map(({ label: name, color: own }) => ({
            label: name,
            stroke: color(own),
            width: 1.5,
            spanGaps: false,
            points: { show: times.length < 3 },
            value: (_plot: uPlot, value: number | null) => (value === null ? '–' : `${value}${unit}`),
          })),
        ],
        hooks: {
          draw: [
            (drawn) => {
              for (const time of marks ?? []) {
                const x = Math.round(drawn.valToPos(time, 'x', true));
                drawn.ctx.fillStyle = color('--bad');
                drawn.ctx.fillRect(x, drawn.bbox.top, 2, drawn.bbox.height);
              }
            },
          ],
        },
      },
      [[...times], ...series.map(({ values }) => [...values])],
      element,
    );
    const resize = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(200, element.clientWidth), height }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [times, series, unit, group, marks, range]);
  return <div ref={place} role="img" aria-label={label} className="w-full text-ink" />;
}

/** A canvas knows no `light-dark()`: an element of the page is asked what it comes to. */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
