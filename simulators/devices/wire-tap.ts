import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Json, SimulatorEvent, SimulatorLine } from '../simulator.ts';

/** An exchange is over when the line was quiet for this long or the terminal speaks again. */
const EXCHANGE_QUIET_MS = 40;
/** Exchanges seen this lately are a poll that goes round: CCNET has two of them, a printer five. */
const CYCLE_EXCHANGES = 6;
/** More of one direction (a receipt is 50 KB) is told by its length. */
const SHOWN_BYTES_MAX = 48;
const RECENT_EVENTS_MAX = 200;

export interface WireTapOptions {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly onEvent: (event: SimulatorEvent) => void;
  /** Lines that carry card tracks or codes: bytes after these many of each direction are shown as dots. */
  readonly clearBytesMax?: number;
}

interface Heard {
  readonly hex: string[];
  byteCount: number;
}

/**
 * The line itself, listened to. Tells `bytes { deviceId, direction, hex, byteCount, idleExchangeCount }` for each direction of an exchange, direction as the
 * terminal sees it; exchanges that repeat a poll are counted instead, and the count comes with the next one that is new.
 */
export function tapLine(line: SimulatorLine, options: WireTapOptions): SimulatorLine {
  const { clock } = options;
  let sent = heardNothing();
  let received = heardNothing();
  let recent: readonly string[] = [];
  let idleExchangeCount = 0;
  let timer: TimerHandle;

  const end = () => {
    clock.clearTimeout(timer);
    if (sent.byteCount + received.byteCount === 0) return;
    const key = `${sent.byteCount}:${sent.hex.join('')}>${received.byteCount}:${received.hex.join('')}`;
    const isPoll = recent.includes(key);
    recent = [key, ...recent.filter((other) => other !== key)].slice(0, CYCLE_EXCHANGES);
    if (isPoll) idleExchangeCount += 1;
    else {
      if (sent.byteCount > 0) tell('TX', sent);
      if (received.byteCount > 0) tell('RX', received);
      idleExchangeCount = 0;
    }
    sent = heardNothing();
    received = heardNothing();
  };
  const tell = (direction: 'TX' | 'RX', heard: Heard) => {
    options.onEvent({ event: 'bytes', fields: { deviceId: options.deviceId, direction, hex: shown(heard, options.clearBytesMax), byteCount: heard.byteCount, idleExchangeCount } });
  };
  const hear = (heard: Heard, bytes: Uint8Array) => {
    for (const byte of bytes.subarray(0, Math.max(0, SHOWN_BYTES_MAX - heard.hex.length))) heard.hex.push(byte.toString(16).toUpperCase().padStart(2, '0'));
    heard.byteCount += bytes.length;
    clock.clearTimeout(timer);
    timer = clock.setTimeout(end, EXCHANGE_QUIET_MS);
  };

  return {
    write(bytes) {
      hear(received, bytes);
      line.write(bytes);
    },
    onData(listener) {
      line.onData((chunk) => {
        if (received.byteCount > 0) end();
        hear(sent, chunk);
        listener(chunk);
      });
    },
    unplug: () => line.unplug(),
    plug: () => line.plug(),
  };
}

function heardNothing(): Heard {
  return { hex: [], byteCount: 0 };
}

function shown(heard: Heard, clearBytesMax: number | undefined): string {
  const hex = heard.hex.slice(0, clearBytesMax ?? SHOWN_BYTES_MAX);
  return heard.byteCount > hex.length ? [...hex, clearBytesMax === undefined ? '…' : '••'].join(' ') : hex.join(' ');
}

export interface WireLog {
  tell(event: SimulatorEvent): void;
  onEvent(listener: (event: SimulatorEvent) => void): void;
  /** The last exchanges, oldest first, for a page that opens late. */
  recent(): Json;
}

/** Joins the taps of all lines into one stream. */
export function createWireLog(clock: Clock): WireLog {
  const listeners: ((event: SimulatorEvent) => void)[] = [];
  let recent: { readonly atUtcMs: number; readonly event: string; readonly fields: SimulatorEvent['fields'] }[] = [];
  return {
    tell(event) {
      recent = [...recent.slice(1 - RECENT_EVENTS_MAX), { ...event, atUtcMs: clock.nowUtcMs() }];
      for (const listener of listeners) listener(event);
    },
    onEvent: (listener) => void listeners.push(listener),
    recent: () => recent,
  };
}
