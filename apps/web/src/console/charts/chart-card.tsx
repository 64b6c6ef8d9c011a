'use client';

import { useState } from 'react';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Cell, Row, Table } from '@/ui/table';
import { Clock } from '@/ui/time';
import { Chart, type ChartSeries } from './chart';

/** A chart with what it says in words, and its numbers as a table. */
export function ChartCard(props: {
  title: string;
  summary: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  unit: string;
  group: string;
  marks?: readonly number[];
  range?: readonly [number, number];
}) {
  const { title, summary, times, series, unit, group, marks, range } = props;
  const [isTable, setTable] = useState(false);
  return (
    <Card
      title={title}
      className="live"
      aside={
        <Button kind="quiet" size="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      }
    >
      <p className="mb-2 text-sm text-soft">{summary}</p>
      {isTable ? (
        <div className="max-h-80 overflow-y-auto">
          <Table label={title} head={['Time', ...series.map(({ label }) => label)]}>
            {times.map((time, index) => (
              <Row key={time}>
                <Cell>
                  <Clock at={new Date(time * 1_000).toISOString()} />
                </Cell>
                {series.map(({ label, values }) => (
                  <Cell key={label}>{values[index] == null ? '–' : `${values[index]}${unit}`}</Cell>
                ))}
              </Row>
            ))}
          </Table>
        </div>
      ) : (
        <Chart
          label={`${title}: ${summary}`}
          times={times}
          series={series}
          unit={unit}
          group={group}
          {...(marks ? { marks } : {})}
          {...(range ? { range } : {})}
        />
      )}
    </Card>
  );
}
