import type { Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import type { SimulatorLine } from '../simulator.ts';

/** What can happen to a byte between two ends. */
export const BYTE_FAULTS = ['drop', 'flip', 'repeat', 'delay', 'insert'] as const;
export type ByteFault = (typeof BYTE_FAULTS)[number];

export interface FaultyLineOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One of so many bytes is spoiled, each way. */
  readonly oneOf: number;
  /** Any of these, evenly; all when left out. */
  readonly faults?: readonly ByteFault[];
  /** Longest silence that a `delay` makes. */
  readonly delayMsMax?: number;
}

const DELAY_MS_MAX = 400;

/** A line whose bytes get lost, bent, doubled, delayed and joined by noise, at random by the seed: for property tests and soaks. Order is kept. */
export class FaultyLine implements SimulatorLine {
  readonly #line: SimulatorLine;
  readonly #options: FaultyLineOptions;
  readonly #toHost: OneWay;
  #toDevice: OneWay | undefined;
  #isCalm = false;

  constructor(line: SimulatorLine, options: FaultyLineOptions) {
    this.#line = line;
    this.#options = options;
    this.#toHost = new OneWay(options.clock, (bytes) => line.write(bytes));
  }

  /** From now on nothing is spoiled: the world comes to rest before it is counted. */
  calm(): void {
    this.#isCalm = true;
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
    const { random, oneOf, faults = BYTE_FAULTS } = this.#options;
    let piece: number[] = [];
    for (const byte of bytes) {
      const fault = this.#isCalm || randomInteger(random, oneOf) !== 0 ? null : faults[randomInteger(random, faults.length)]!;
      if (fault === 'delay') {
        way.send(piece);
        piece = [];
        way.pause(1 + randomInteger(random, this.#options.delayMsMax ?? DELAY_MS_MAX));
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

  send(piece: readonly number[]): void {
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
