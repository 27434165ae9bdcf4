import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { CORE_SOCKET_MESSAGE_BYTES_MAX } from '../../main/contracts/core-socket.ts';
import { RUN_FILES } from '../../main/contracts/run-folder.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { Json } from '../simulator.ts';
import { createAccess } from './access.ts';
import { createBench } from './bench.ts';
import type { FromPage, ToPage } from './bench-messages.ts';
import { bridgeScreen } from './screen-bridge.ts';
import { KIOSK_POLICY, readStaticFile, WORKBENCH_POLICY } from './static-files.ts';

const KIOSK_PREFIX = '/kiosk/';
/** Pages and frames of one person; more is a mistake or somebody else. */
const CLIENTS_MAX = 32;
const DIST_FOLDER = resolve(import.meta.dirname, '../../dist');

const fromPageSchema = z.strictObject({ id: z.number().int(), target: z.string().max(64), command: z.looseObject({ do: z.string().max(64) }) });

export interface Workbench {
  /** With the key of this start. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  readonly runFolder: string;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Where `workbench/` and `renderer/` were built; `dist` of the project unless said otherwise. */
  readonly distFolder?: string;
}

/**
 * Serves the workbench page, the browser form of the customer screens (`/kiosk/`) and their two lines (`/bench`, `/screen`) on loopback, to whoever has the key.
 * Writes `workbench.address.json` when it is ready.
 * @throws when the port is taken or the run folder cannot be written
 */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { runFolder, clock } = options;
  const distFolder = options.distFolder ?? DIST_FOLDER;
  const access = createAccess(options.random);
  let port = options.port;
  const http = createServer((request, response) => void answer(request, response));
  const benchSockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const screenSockets = new WebSocketServer({ noServer: true, maxPayload: CORE_SOCKET_MESSAGE_BYTES_MAX });
  const bench = createBench({ runFolder, clock, tell: (message) => tellAll(benchSockets, message) });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const entry = access.check(request, port);
    if (entry === 'refused') return refuse(response, 403, 'This page opens with the address that the start printed: it carries a key.');
    if (request.method !== 'GET') return refuse(response, 405, 'GET only.');
    const path = (request.url ?? '/').split('?')[0]!;
    // The key leaves the address bar, the history and what is copied from there.
    if (entry === 'key') return void response.writeHead(303, { Location: path, 'Set-Cookie': access.cookie(port), 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).end();
    const isKiosk = path.startsWith(KIOSK_PREFIX);
    const file = isKiosk ? await readStaticFile(join(distFolder, 'renderer'), path.slice(KIOSK_PREFIX.length - 1)) : await readStaticFile(join(distFolder, 'workbench'), path);
    if (file === null) return refuse(response, 404, path === '/' || path === KIOSK_PREFIX ? 'The page is not built yet: npm run build' : 'There is no such file.');
    response.writeHead(200, {
      'Content-Type': file.contentType, 'Content-Security-Policy': isKiosk ? KIOSK_POLICY : WORKBENCH_POLICY, 'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Resource-Policy': 'same-origin', 'Cache-Control': 'no-cache',
    });
    response.end(file.bytes);
  };

  http.on('upgrade', (request, socket, head) => {
    const sockets = { '/bench': benchSockets, '/screen': screenSockets }[request.url ?? ''];
    const isWelcome = access.check(request, port) === 'cookie' && access.isOwnOrigin(request, port) && benchSockets.clients.size + screenSockets.clients.size < CLIENTS_MAX;
    if (sockets === undefined || !isWelcome) return void socket.end(`HTTP/1.1 ${sockets === undefined ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client));
  });
  benchSockets.on('connection', (client: WebSocket) => {
    client.on('error', () => client.terminate());
    for (const message of bench.greeting()) client.send(JSON.stringify(message));
    client.on('message', (data) => {
      const asked = parseRequest(String(data));
      if (asked === null) return client.close(1007);
      void bench.ask(asked).then((result) => {
        if (client.readyState === WebSocket.OPEN) client.send(JSON.stringify({ type: 'answer', id: asked.id, ...result } satisfies ToPage));
      });
    });
  });
  screenSockets.on('connection', (client: WebSocket) => {
    client.on('error', () => client.terminate());
    bridgeScreen(client, { runFolder, clock });
  });

  await new Promise<void>((settle, reject) => {
    http.once('error', reject);
    http.listen(options.port, '127.0.0.1', settle);
  });
  port = (http.address() as AddressInfo).port;
  const url = access.urlFor(port);
  const addressPath = join(runFolder, RUN_FILES.workbenchAddress);
  // Holds the key: for this user only. Renamed into place, so that a reader never sees half of it.
  writeFileSync(`${addressPath}.new`, JSON.stringify({ url }), { mode: 0o600 });
  renameSync(`${addressPath}.new`, addressPath);

  return {
    url,
    port,
    close: () => {
      rmSync(addressPath, { force: true });
      bench.close();
      for (const client of [...benchSockets.clients, ...screenSockets.clients]) client.terminate();
      http.closeAllConnections();
      return new Promise((settle) => void http.close(() => settle()));
    },
  };
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }).end(`${text}\n`);
}

function tellAll(sockets: WebSocketServer, message: ToPage): void {
  const text = JSON.stringify(message);
  for (const client of sockets.clients) if (client.readyState === WebSocket.OPEN) client.send(text);
}

function parseRequest(text: string): FromPage | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const request = fromPageSchema.safeParse(parsed);
  return request.success ? { ...request.data, command: request.data.command as { readonly do: string; readonly [key: string]: Json } } : null;
}
