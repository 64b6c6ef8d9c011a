import type { Request, Response } from 'express';
import type { Callers } from './callers/callers';

/** What answers below a path by itself, instead of by rows. Every answer has in common with those of rows what createApp gives. */
export interface Passage {
  path: `/${string}`;
  summary: string;
  auth: 'web';
  serve(request: Request, response: Response, caller: Callers['web']): Promise<void>;
}
