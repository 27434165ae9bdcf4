import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { timingSafeEqual } from 'node:crypto';
import { WebSocket, WebSocketServer } from 'ws';
import type { FromCore } from '../../contracts/core-socket.ts';
import { CORE_SOCKET_MESSAGE_BYTES_MAX, toCoreSchema } from '../../contracts/core-socket.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import type { FrontDesk } from '../desk/front-desk.ts';

const CLIENTS_MAX = 8;
/** A window sends a handful of intents a second; more is a stuck finger or an attack. */
const INTENTS_PER_SECOND_MAX = 40;
const HELLO_TIMEOUT_MS = 3_000;
const CLOSE_UNAUTHORISED = 4401;

export interface ScreenServer {
  close(): Promise<void>;
}

/** Serves the front desk to windows on this machine, over a socket that only holders of this start's token may use. */
export async function serveScreens(options: { readonly desk: FrontDesk; readonly socketPath: string; readonly tokenPath: string; readonly clock: Clock; readonly random: Random; readonly log: Log }): Promise<ScreenServer> {
  const { desk, socketPath, tokenPath, random, log } = options;
  const token = Buffer.from(random.bytes(32)).toString('hex');
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
  rmSync(socketPath, { force: true });
  rmSync(tokenPath, { force: true });
  const http = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ server: http, maxPayload: CORE_SOCKET_MESSAGE_BYTES_MAX, perMessageDeflate: false });
  const admitted = new Set<WebSocket>();
  desk.onModel((model) => {
    const text = JSON.stringify({ type: 'screen', model } satisfies FromCore);
    for (const client of admitted) client.send(text);
  });
  sockets.on('connection', (client) => {
    if (sockets.clients.size > CLIENTS_MAX) return client.close(CLOSE_UNAUTHORISED);
    new Connection(client, { ...options, token, admitted });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
  // Written last: whoever finds the token finds the socket listening.
  writeFileSync(tokenPath, token, { mode: 0o600 });
  log.info('scr.server.listening');
  return {
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        rmSync(tokenPath, { force: true });
        sockets.close(() => http.close(() => resolve()));
      }),
  };
}

interface ConnectionOptions {
  readonly desk: FrontDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly token: string;
  readonly admitted: Set<WebSocket>;
}

class Connection {
  readonly #client: WebSocket;
  readonly #options: ConnectionOptions;
  #secondStartMs = 0;
  #intentsThisSecond = 0;

  constructor(client: WebSocket, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    const timer = options.clock.setTimeout(() => {
      if (!options.admitted.has(client)) client.close(CLOSE_UNAUTHORISED);
    }, HELLO_TIMEOUT_MS);
    client.on('message', (data) => this.#onMessage(String(data)));
    client.on('error', () => client.terminate());
    client.on('close', () => {
      options.clock.clearTimeout(timer);
      options.admitted.delete(client);
    });
  }

  #onMessage(text: string): void {
    const { desk, admitted, log } = this.#options;
    const message = toCoreSchema.safeParse(parseJson(text));
    if (!admitted.has(this.#client)) {
      if (message.success && message.data.type === 'hello' && isSame(message.data.token, this.#options.token)) {
        admitted.add(this.#client);
        log.info('scr.client.admitted', { role: message.data.role });
        this.#send({ type: 'screen', model: desk.freshModel() });
      } else {
        log.warn('scr.client.refused');
        this.#client.close(CLOSE_UNAUTHORISED);
      }
      return;
    }
    if (!message.success) {
      desk.droppedCounts.malformed += 1;
      return this.#send({ type: 'dropped', reason: 'malformed' });
    }
    if (message.data.type === 'shown') return desk.shown(message.data.revision);
    if (message.data.type !== 'intent') return;
    if (this.#isTooFast()) {
      desk.droppedCounts.tooMany += 1;
      return this.#send({ type: 'dropped', reason: 'tooMany' });
    }
    const { intent } = message.data;
    const dropped = desk.intent(intent);
    this.#send(dropped === null ? { type: 'taken', revision: intent.revision } : { type: 'dropped', reason: dropped });
  }

  #isTooFast(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#secondStartMs >= 1000) [this.#secondStartMs, this.#intentsThisSecond] = [nowMs, 0];
    this.#intentsThisSecond += 1;
    return this.#intentsThisSecond > INTENTS_PER_SECOND_MAX;
  }

  #send(message: FromCore): void {
    if (this.#client.readyState === WebSocket.OPEN) this.#client.send(JSON.stringify(message));
  }
}

function isSame(offered: string, token: string): boolean {
  const [offeredBytes, tokenBytes] = [Buffer.from(offered), Buffer.from(token)];
  return offeredBytes.length === tokenBytes.length && timingSafeEqual(offeredBytes, tokenBytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
