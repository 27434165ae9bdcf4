import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { type ToCore, toCoreSchema } from '../../../main/contracts/core-socket.ts';
import { type ScreenModel, screenModelSchema } from '../../../main/contracts/screen-model.ts';

/** The core's side of the socket and nothing behind it: shows what the test says, keeps what the window sends. */
export interface FakeCore {
  /** A new token and a socket; what was shown before is shown again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  show(model: ScreenModel): void;
  readonly received: ToCore[];
  /** Connections that came with another token than the one of this start. */
  refusedCount(): number;
}

export function createFakeCore(runFolder: string): FakeCore {
  const received: ToCore[] = [];
  let refused = 0;
  let server: Server | null = null;
  let sockets: WebSocketServer | null = null;
  let present: ScreenModel | null = null;
  const greeted = new Set<WebSocket>();
  const send = (socket: WebSocket): void => {
    if (present !== null) socket.send(JSON.stringify({ type: 'screen', model: present }));
  };
  return {
    received,
    refusedCount: () => refused,
    async start() {
      mkdirSync(runFolder, { recursive: true, mode: 0o700 });
      const token = randomBytes(32).toString('hex');
      const path = join(runFolder, RUN_FILES.coreSocket);
      rmSync(path, { force: true });
      writeFileSync(join(runFolder, RUN_FILES.coreToken), token, { mode: 0o600 });
      server = createServer();
      sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket) => {
        socket.on('message', (data) => {
          const message = toCoreSchema.parse(JSON.parse(String(data)));
          received.push(message);
          if (message.type !== 'hello') return;
          if (message.token !== token) {
            refused += 1;
            socket.close(4401);
            return;
          }
          greeted.add(socket);
          send(socket);
        });
        socket.on('close', () => greeted.delete(socket));
      });
      const listening = server;
      await new Promise<void>((resolve) => listening.listen(path, resolve));
    },
    async stop() {
      for (const socket of sockets?.clients ?? []) socket.terminate();
      sockets?.close();
      const closing = server;
      if (closing !== null) await new Promise((resolve) => closing.close(resolve));
      server = null;
    },
    show(model) {
      present = screenModelSchema.parse(model);
      for (const socket of greeted) send(socket);
    },
  };
}
