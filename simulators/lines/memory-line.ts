import { assert } from '../../main/foundation/assert.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import type { SimulatorLine } from '../simulator.ts';

export interface MemoryLineOptions {
  readonly name: string;
  /** Only needed with `chunking.gapMs`. Delivery itself is by microtask: in order, never inside the writer's call, no time passes. */
  readonly clock: Clock;
  /** Cuts what is written into pieces of 1…`bytesMax` bytes, as a serial driver does; `gapMs` of silence between two pieces. */
  readonly chunking?: { readonly random: Random; readonly bytesMax: number; readonly gapMs?: number };
}

/** Reaching it means that one end writes and nobody reads. */
const QUEUE_CHUNKS_MAX = 100_000;

/** Both ends of a line inside one process. The cable is in at the start; the transport is closed until `open()`. */
export function createMemoryLine(options: MemoryLineOptions): { readonly transport: Transport; readonly line: SimulatorLine } {
  let isPlugged = true;
  let isOpen = false;
  let onClosed: (detail: string) => void = () => {};
  const toDevice = new Direction(options);
  const toHost = new Direction(options);

  const transport: Transport = {
    name: options.name,
    async open() {
      if (!isPlugged) return err({ code: 'LNK_PORT_UNAVAILABLE', detail: `${options.name}: unplugged` });
      isOpen = true;
      return ok(undefined);
    },
    write(bytes) {
      if (!isOpen) return false;
      toDevice.send(bytes);
      return true;
    },
    async close() {
      isOpen = false;
      toHost.drop();
    },
    onData: (listener) => toHost.listen(listener),
    onClosed: (listener) => {
      onClosed = listener;
    },
  };

  const line: SimulatorLine = {
    write(bytes) {
      if (isPlugged && isOpen) toHost.send(bytes);
    },
    onData: (listener) => toDevice.listen(listener),
    unplug() {
      if (!isPlugged) return;
      isPlugged = false;
      toDevice.drop();
      toHost.drop();
      if (!isOpen) return;
      isOpen = false;
      queueMicrotask(() => onClosed(`${options.name}: unplugged`));
    },
    plug() {
      isPlugged = true;
    },
  };

  return { transport, line };
}

/** One way of the line: a queue that is emptied piece by piece. */
class Direction {
  readonly #options: MemoryLineOptions;
  #queue: Uint8Array[] = [];
  #isDelivering = false;
  #listener: (chunk: Uint8Array) => void = () => {};

  constructor(options: MemoryLineOptions) {
    this.#options = options;
  }

  listen(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
  }

  drop(): void {
    this.#queue = [];
  }

  send(bytes: Uint8Array): void {
    assert(this.#queue.length < QUEUE_CHUNKS_MAX, 'a memory line is read by somebody');
    const chunking = this.#options.chunking;
    let offset = 0;
    while (offset < bytes.length) {
      const byteCount = chunking === undefined ? bytes.length : 1 + randomInteger(chunking.random, chunking.bytesMax);
      this.#queue.push(bytes.slice(offset, offset + byteCount));
      offset += byteCount;
    }
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    queueMicrotask(() => this.#deliverNext());
  }

  #deliverNext(): void {
    const chunk = this.#queue.shift();
    if (chunk === undefined) {
      this.#isDelivering = false;
      return;
    }
    this.#listener(chunk);
    const gapMs = this.#options.chunking?.gapMs ?? 0;
    if (gapMs > 0 && this.#queue.length > 0) this.#options.clock.setTimeout(() => this.#deliverNext(), gapMs);
    else queueMicrotask(() => this.#deliverNext());
  }
}
