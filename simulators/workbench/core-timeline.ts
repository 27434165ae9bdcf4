import { createConnection, type Socket } from 'node:net';
import { z } from 'zod';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { ControlEvent } from '../control/control-socket.ts';
import type { Json } from '../simulator.ts';

export const CORE_TARGET = 'core';
const RETRY_MS = 700;
/** A longer line is none of the core's. */
const LINE_CHARS_MAX = 1024 * 1024;

const lineSchema = z.discriminatedUnion('area', [
  z.looseObject({ area: z.literal('screen'), atUtcMs: z.number(), screen: z.string(), revision: z.number() }),
  z.looseObject({ area: z.literal('journal'), atUtcMs: z.number(), entryNumber: z.number(), kind: z.string(), data: z.unknown() }),
]);

/** Follows what the core tells of its journal and screens, over all its restarts. */
export function followCore(options: { readonly socketPath: string; readonly clock: Clock; readonly onEvent: (event: ControlEvent) => void }): { close(): void } {
  let socket: Socket;
  let timer: TimerHandle;
  let isClosed = false;
  const connect = () => {
    let pending = '';
    socket = createConnection(options.socketPath);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop()!;
      if (pending.length > LINE_CHARS_MAX) socket.destroy();
      for (const line of lines) {
        const event = readTimelineLine(line);
        if (event !== null) options.onEvent(event);
      }
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      if (!isClosed) timer = options.clock.setTimeout(connect, RETRY_MS);
    });
  };
  connect();
  return {
    close() {
      isClosed = true;
      options.clock.clearTimeout(timer);
      socket.destroy();
    },
  };
}

/** One line as an event; null when it is none. Of a journal entry's data only amounts, counts and short words go on. */
export function readTimelineLine(line: string): ControlEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) return null;
  const { data } = parsed;
  if (data.area === 'screen') return { target: CORE_TARGET, event: 'screen', fields: { screen: data.screen, revision: data.revision }, atUtcMs: data.atUtcMs };
  return { target: CORE_TARGET, event: 'journal', fields: { entryNumber: data.entryNumber, kind: data.kind, ...figuresOf(data.data) }, atUtcMs: data.atUtcMs };
}

function figuresOf(data: unknown): { readonly [key: string]: Json } {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(Object.entries(data).filter(([key, value]) => typeof value === 'number' && /(Minor|Count)$/.test(key)).slice(0, 4));
}
