import type { SerialPort } from 'serialport';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Transport, TransportError } from './transport.ts';

export interface SerialSettings {
  /** `/dev/serial/by-id/…`, `COM3`, or a simulator's link. */
  readonly path: string;
  readonly baudRateBps: number;
  /** `mark` and `space` are refused by the library on Linux. [runtime §5] */
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly dataBits: 7 | 8;
  /** Levels to set after opening, where the line has them; a pseudo-terminal has none and that is no error. */
  readonly modemLines?: { readonly dtr?: boolean; readonly rts?: boolean };
}

/** More than this unsent means that nobody takes it: the write is refused instead of filling the memory. */
const UNSENT_BYTES_MAX = 64 * 1024;

/** What was written has left by then, or never will: an adapter that hangs keeps `drain` and `close` waiting without end. */
const CLOSE_MS_MAX = 3_000;

export interface SerialParts {
  /** Left out: a port that does not close is waited for. */
  readonly clock?: Clock;
  readonly load?: () => Promise<typeof SerialPort>;
}

/** A serial port of the operating system. `serialport` with its native part is loaded at the first opening. */
export function createSerialTransport(settings: SerialSettings, parts: SerialParts = {}): Transport {
  return new SerialTransport(settings, parts);
}

class SerialTransport implements Transport {
  readonly name: string;
  readonly #settings: SerialSettings;
  readonly #parts: SerialParts;
  #port: SerialPort | undefined;
  #onData: (chunk: Uint8Array) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(settings: SerialSettings, parts: SerialParts) {
    this.name = settings.path;
    this.#settings = settings;
    this.#parts = parts;
  }

  async open(): Promise<Result<void, TransportError>> {
    await this.close();
    const { path, baudRateBps, parity, stopBits, dataBits, modemLines } = this.#settings;
    const Port = await (this.#parts.load ?? loadSerialPort)();
    const port = new Port({ path, baudRate: baudRateBps, parity, stopBits, dataBits, autoOpen: false });
    const failure = await new Promise<Error | null>((resolve) => port.open((error) => resolve(error ?? null)));
    if (failure !== null) return err({ code: 'LNK_PORT_UNAVAILABLE', detail: failure.message });
    this.#port = port;
    port.on('data', (chunk: Uint8Array) => {
      if (this.#port === port) this.#onData(chunk);
    });
    // A pulled cable is told by `close`, by `error`, or by both; the first one counts.
    port.on('close', (error?: Error | null) => this.#lose(port, error?.message ?? 'port closed'));
    port.on('error', (error) => this.#lose(port, error.message));
    if (modemLines !== undefined) await new Promise<void>((resolve) => port.set(modemLines, () => resolve()));
    return ok(undefined);
  }

  write(bytes: Uint8Array): boolean {
    const port = this.#port;
    if (port === undefined || !port.isOpen || port.writableLength > UNSENT_BYTES_MAX) return false;
    port.write(Buffer.from(bytes));
    return true;
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (port === undefined) return;
    const isClosed = await this.#within(async () => {
      // What was written last still leaves: a device is told to close before its port is.
      if (port.isOpen) await new Promise<void>((resolve) => port.drain(() => resolve()));
      await closePort(port);
    });
    if (isClosed || !port.isOpen) return;
    // What has not left by now never may: an order among it would be done when the adapter comes back, for nobody.
    port.flush(() => {});
    void closePort(port);
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  /** The line's owner goes on, and tells that the port cannot be opened while the old one is held. @returns whether the job came to its end */
  async #within(job: () => Promise<void>): Promise<boolean> {
    const { clock } = this.#parts;
    const done = job().then(() => true);
    if (clock === undefined) return done;
    let limit: TimerHandle;
    const isDone = await Promise.race([done, new Promise<false>((resolve) => (limit = clock.setTimeout(() => resolve(false), CLOSE_MS_MAX)))]);
    clock.clearTimeout(limit!);
    return isDone;
  }

  #lose(port: SerialPort, detail: string): void {
    if (this.#port !== port) return;
    this.#port = undefined;
    void closePort(port);
    this.#onClosed(detail);
  }
}

async function loadSerialPort(): Promise<typeof SerialPort> {
  return (await import('serialport')).SerialPort;
}

/** Gives the descriptor back; an error here says only that the device went first. */
async function closePort(port: SerialPort): Promise<void> {
  if (!port.isOpen) return;
  await new Promise<void>((resolve) => port.close(() => resolve()));
}
