import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@wafleet/runtime';
import type { FaultSwitch } from '../faults/fault-switch';
import type { MediaStore } from '../network/media-store';
import type { Timers } from '../network/timers';

const maxUploadBytes = 256 * 1024 * 1024;

interface Parts {
  media: MediaStore;
  faults: FaultSwitch;
  timers: Timers;
  log: Logger;
}

/** Media of the page: `GET /media/<sha256>` gives bytes, `POST /media` takes them and answers how they are named. */
export class MediaServer {
  constructor(private readonly parts: Parts) {}

  /** @returns whether the request was for media; it is answered then, unless a fault forbids that */
  serve(url: URL, account: string | undefined, request: IncomingMessage, response: ServerResponse): boolean {
    if (url.pathname !== '/media' && !url.pathname.startsWith('/media/')) return false;
    const work =
      request.method === 'POST' ? this.take(account, request, response) : this.give(url, account, response);
    work.catch((error: unknown) => {
      this.parts.log.warn({ err: error }, 'media request failed');
      response.destroy();
    });
    return true;
  }

  private async give(url: URL, account: string | undefined, response: ServerResponse): Promise<void> {
    const fault = this.parts.faults.of(account).mediaDownload;
    if (fault === 'hang') return;
    if (fault === 'error') return void response.writeHead(500).end();
    if (typeof fault === 'object') await this.late(fault.delayMs);
    const sha256 = url.pathname.slice('/media/'.length);
    const isName = /^[0-9a-f]{64}$/.test(sha256);
    const bytes = fault === 'missing' || !isName ? undefined : await this.parts.media.get(sha256);
    response.setHeader('cache-control', 'no-store');
    if (bytes) response.setHeader('content-type', 'application/octet-stream').end(bytes);
    else response.writeHead(404).end();
  }

  private async take(
    account: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxUploadBytes) return void response.writeHead(413).end();
      chunks.push(chunk);
    }
    const fault = this.parts.faults.of(account).mediaUpload;
    if (fault === 'hang') return;
    if (fault === 'error') return void response.writeHead(500).end();
    if (typeof fault === 'object') await this.late(fault.delayMs);
    const mimetype = request.headers['content-type'] ?? 'application/octet-stream';
    const stored = await this.parts.media.put(Buffer.concat(chunks), mimetype);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(stored));
  }

  private late(delayMs: number): Promise<void> {
    return new Promise((done) => this.parts.timers.after(delayMs, done));
  }
}
