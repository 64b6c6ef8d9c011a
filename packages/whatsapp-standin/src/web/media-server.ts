import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@wafleet/runtime';
import type { FaultSwitch } from '../faults/fault-switch';
import type { MediaStore } from '../network/media-store';
import type { Timers } from '../network/timers';

const maxUploadBytes = 256 * 1024 * 1024;
/** How often a slow answer gives its next bytes. */
const trickleMs = 50;

interface Parts {
  media: MediaStore;
  faults: FaultSwitch;
  timers: Timers;
  log: Logger;
}

/** Media of the page: `GET /media/<sha256>` gives bytes, `POST /media` takes them and answers how they are named. */
export class MediaServer {
  private readonly failed = new WeakMap<object, number>();

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
    const setting = typeof fault === 'object' ? fault : undefined;
    const isHead = response.req.method === 'HEAD';
    if (fault === 'hang') return;
    if (fault === 'error') return void response.writeHead(500).end();
    if (setting && 'delayMs' in setting) await this.late(setting.delayMs);
    if (setting && 'failTimes' in setting && !isHead && this.failsNow(setting))
      return void response.writeHead(500).end();
    const sha256 = url.pathname.slice('/media/'.length);
    const isName = /^[0-9a-f]{64}$/.test(sha256);
    const bytes = fault === 'missing' || !isName ? undefined : await this.parts.media.get(sha256);
    response.setHeader('cache-control', 'no-store');
    if (!bytes) return void response.writeHead(404).end();
    response.setHeader('content-type', 'application/octet-stream');
    if (isHead) return void response.end();
    if (fault === 'truncated') return void response.end(bytes.subarray(0, bytes.length / 2));
    if (setting && 'bytesPerSecond' in setting) return this.trickle(bytes, setting.bytesPerSecond, response);
    response.end(bytes);
  }

  /** Counted for as long as the same setting of the fault is on. */
  private failsNow(fault: { failTimes: number }): boolean {
    const failed = this.failed.get(fault) ?? 0;
    this.failed.set(fault, failed + 1);
    return failed < fault.failTimes;
  }

  private async trickle(bytes: Buffer, bytesPerSecond: number, response: ServerResponse): Promise<void> {
    const stepBytes = Math.ceil((bytesPerSecond * trickleMs) / 1_000);
    response.setHeader('content-length', bytes.length);
    for (let sent = 0; sent < bytes.length && !response.destroyed; sent += stepBytes) {
      await this.late(trickleMs);
      response.write(bytes.subarray(sent, sent + stepBytes));
    }
    response.end();
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
