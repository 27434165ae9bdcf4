import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Result } from '../../main/foundation/outcome.ts';
import { ok } from '../../main/foundation/outcome.ts';
import type { ControlError, Json, SimulatorEvent } from '../simulator.ts';

/**
 * How hands, fault boards and scripted customers reach a running simulator process: WebSocket on a Unix socket, one JSON object per message.
 * Asked: `{ id, target, command }` with `target` a device id or `bank`; `command: { do: 'world' }` and `{ do: 'faultBoard' }` work on every target.
 * Answered: `{ id, ok: true, value }` or `{ id, ok: false, error }`. Unasked: `{ target, event, fields, atUtcMs }` to every client.
 */
export interface ControlTarget {
  control(command: unknown): Result<Json, ControlError>;
  world(): Json;
  faultBoard(): Json;
  onEvent(listener: (event: SimulatorEvent) => void): void;
}

const requestSchema = z.strictObject({ id: z.number().int(), target: z.string().max(64), command: z.looseObject({ do: z.string() }) });

export interface ControlEvent extends SimulatorEvent {
  readonly target: string;
  readonly atUtcMs: number;
}

export interface ControlServer {
  close(): Promise<void>;
}

export async function serveControl(options: { readonly socketPath: string; readonly targets: ReadonlyMap<string, ControlTarget>; readonly nowUtcMs: () => number }): Promise<ControlServer> {
  rmSync(options.socketPath, { force: true });
  const http = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ server: http, maxPayload: 1024 * 1024 });
  const sendAll = (message: unknown) => {
    const text = JSON.stringify(message);
    for (const client of sockets.clients) if (client.readyState === WebSocket.OPEN) client.send(text);
  };
  for (const [target, controlled] of options.targets) {
    controlled.onEvent((event) => sendAll({ target, ...event, atUtcMs: options.nowUtcMs() }));
  }
  sockets.on('connection', (client) => {
    client.on('message', (data) => {
      client.send(JSON.stringify(answer(String(data), options.targets)));
    });
    client.on('error', () => client.terminate());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.socketPath, resolve);
  });
  chmodSync(options.socketPath, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        sockets.close(() => http.close(() => resolve()));
      }),
  };
}

function answer(text: string, targets: ReadonlyMap<string, ControlTarget>): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { id: -1, ok: false, error: { code: 'invalid', detail: 'not JSON' } };
  }
  const request = requestSchema.safeParse(parsed);
  if (!request.success) return { id: -1, ok: false, error: { code: 'invalid', detail: z.prettifyError(request.error) } };
  const { id, target, command } = request.data;
  const controlled = targets.get(target);
  if (controlled === undefined) return { id, ok: false, error: { code: 'unknownCommand', detail: `no target ${target}; there are ${[...targets.keys()].join(', ')}` } };
  const result = command.do === 'world' ? ok(controlled.world()) : command.do === 'faultBoard' ? ok(controlled.faultBoard()) : controlled.control(command);
  return result.ok ? { id, ok: true, value: result.value } : { id, ok: false, error: { code: result.error.code, detail: result.error.detail } };
}

export interface ControlClient {
  /** @error notNow also when the simulator process is gone */
  send(target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Result<Json, ControlError>>;
  onEvent(listener: (event: ControlEvent) => void): void;
  close(): void;
}

export async function connectControl(socketPath: string): Promise<ControlClient> {
  const socket = new WebSocket(`ws+unix://${socketPath}:/`);
  const waiters = new Map<number, (result: Result<Json, ControlError>) => void>();
  const listeners: ((event: ControlEvent) => void)[] = [];
  let nextId = 1;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { id?: number; ok?: boolean; value?: Json; error?: ControlError } & ControlEvent;
    if (message.id === undefined) {
      for (const listener of listeners) listener(message);
      return;
    }
    const settle = waiters.get(message.id);
    waiters.delete(message.id);
    settle?.(message.ok === true ? ok(message.value ?? null) : { ok: false, error: message.error ?? { code: 'invalid', detail: 'no reason given' } });
  });
  socket.on('close', () => {
    for (const settle of waiters.values()) settle({ ok: false, error: { code: 'notNow', detail: 'the simulator process is gone' } });
    waiters.clear();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return {
    send: (target, command) =>
      new Promise((resolve) => {
        if (socket.readyState !== WebSocket.OPEN) {
          resolve({ ok: false, error: { code: 'notNow', detail: 'the simulator process is gone' } });
          return;
        }
        const id = nextId++;
        waiters.set(id, resolve);
        socket.send(JSON.stringify({ id, target, command }));
      }),
    onEvent: (listener) => void listeners.push(listener),
    close: () => socket.terminate(),
  };
}
