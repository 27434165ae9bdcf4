import type { Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import type { SimulatorLine } from '../simulator.ts';

/** What can happen to a byte between two ends. */
export const BYTE_FAULTS = ['drop', 'flip', 'repeat', 'delay', 'insert'] as const;
export type ByteFault = (typeof BYTE_FAULTS)[number];

export interface Spoiling {
  /** One of so many bytes is spoiled, each way. */
  readonly oneOf: number;
  /** Any of these, evenly; all when left out. */
  readonly faults?: readonly ByteFault[];
  /** Longest silence that a `delay` makes. */
  readonly delayMsMax?: number;
}

export interface FaultyLineOptions extends Spoiling {
  readonly clock: Clock;
  readonly random: Random;
}

/** Which bytes a hanging adapter holds. */
export const LINE_WAYS = ['toHost', 'toDevice', 'both'] as const;
export type LineWay = (typeof LINE_WAYS)[number];

export interface Hang {
  readonly forMs: number;
  readonly way: LineWay;
}

const DELAY_MS_MAX = 400;

/** A line whose bytes get lost, bent, doubled, delayed and joined by noise, at random by the seed, or that hangs for a while: for worlds, property tests and soaks. Order is kept. */
export class FaultyLine implements SimulatorLine {
  readonly #line: SimulatorLine;
  readonly #options: Pick<FaultyLineOptions, 'clock' | 'random'>;
  readonly #toHost: OneWay;
  #toDevice: OneWay | undefined;
  #spoiling: Spoiling | null;

  /** @param options  without `oneOf` nothing is spoiled until somebody says so */
  constructor(line: SimulatorLine, options: FaultyLineOptions | Pick<FaultyLineOptions, 'clock' | 'random'>) {
    this.#line = line;
    this.#options = options;
    this.#spoiling = 'oneOf' in options ? options : null;
    this.#toHost = new OneWay(options.clock, (bytes) => line.write(bytes));
  }

  /** From now on, until it is calm. */
  spoil(spoiling: Spoiling): void {
    this.#spoiling = spoiling;
  }

  /** From now on nothing is spoiled: the world comes to rest before it is counted. */
  calm(): void {
    this.#spoiling = null;
  }

  /** What is written from now on waits so long, and then comes at once. */
  hang({ forMs, way }: Hang): void {
    if (way !== 'toDevice') this.#toHost.pause(forMs);
    if (way !== 'toHost') this.#toDevice?.pause(forMs);
  }

  /** Whether something of the host waits for a device that has not heard it. */
  get isHoldingOrders(): boolean {
    return this.#toDevice?.isHolding === true;
  }

  /** What waits comes now. */
  release(): void {
    this.#toHost.release();
    this.#toDevice?.release();
  }

  /** What waits never comes; a line that hangs goes on hanging. */
  drop(): void {
    this.#toHost.drop();
    this.#toDevice?.drop();
  }

  write(bytes: Uint8Array): void {
    this.#spoil(bytes, this.#toHost);
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    const toDevice = new OneWay(this.#options.clock, listener);
    this.#toDevice = toDevice;
    this.#line.onData((chunk) => this.#spoil(chunk, toDevice));
  }

  unplug(): void {
    this.#toHost.forget();
    this.#toDevice?.forget();
    this.#line.unplug();
  }

  plug(): void {
    this.#line.plug();
  }

  #spoil(bytes: Uint8Array, way: OneWay): void {
    if (this.#spoiling === null) return way.send(bytes);
    const { random } = this.#options;
    const { oneOf, faults = BYTE_FAULTS, delayMsMax = DELAY_MS_MAX } = this.#spoiling;
    let piece: number[] = [];
    for (const byte of bytes) {
      const fault = randomInteger(random, oneOf) !== 0 ? null : faults[randomInteger(random, faults.length)]!;
      if (fault === 'delay') {
        way.send(piece);
        piece = [];
        way.pause(1 + randomInteger(random, delayMsMax));
      }
      if (fault === 'insert') piece.push(randomInteger(random, 256));
      if (fault !== 'drop') piece.push(fault === 'flip' ? byte ^ (1 << randomInteger(random, 8)) : byte);
      if (fault === 'repeat') piece.push(byte);
    }
    way.send(piece);
  }
}

/** Bytes in order, with pauses between them. */
class OneWay {
  readonly #clock: Clock;
  readonly #deliver: (bytes: Uint8Array) => void;
  #queue: { readonly bytes: Uint8Array; readonly pauseMs: number }[] = [];
  #isWaiting = false;
  #generation = 0;

  constructor(clock: Clock, deliver: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  get isHolding(): boolean {
    return this.#queue.some(({ bytes }) => bytes.length > 0);
  }

  send(piece: ArrayLike<number>): void {
    if (piece.length > 0) this.#add({ bytes: Uint8Array.from(piece), pauseMs: 0 });
  }

  pause(pauseMs: number): void {
    this.#add({ bytes: new Uint8Array(0), pauseMs });
  }

  forget(): void {
    this.#queue = [];
    this.#isWaiting = false;
    this.#generation++;
  }

  drop(): void {
    this.#queue = this.#queue.filter(({ pauseMs }) => pauseMs > 0);
  }

  release(): void {
    const held = this.#queue.filter(({ bytes }) => bytes.length > 0);
    this.forget();
    for (const { bytes } of held) this.#deliver(bytes);
  }

  #add(item: { readonly bytes: Uint8Array; readonly pauseMs: number }): void {
    this.#queue.push(item);
    if (!this.#isWaiting) this.#flow();
  }

  #flow(): void {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      if (item.bytes.length > 0) this.#deliver(item.bytes);
      if (item.pauseMs === 0) continue;
      const generation = this.#generation;
      this.#isWaiting = true;
      this.#clock.setTimeout(() => {
        if (generation !== this.#generation) return;
        this.#isWaiting = false;
        this.#flow();
      }, item.pauseMs);
      return;
    }
  }
}
