import { assert } from '../../main/foundation/assert.ts';

/** Bytes that belong to no frame. Noise of one reason in a row is told as one piece: an endless stream must not make an endless list. */
export type NoiseEvent<Reason extends string> = { readonly kind: 'noise'; readonly reason: Reason; readonly byteCount: number };

/** What the first pending bytes are, and how many of them it takes. */
export interface Taken<Event> {
  readonly event: Event;
  readonly byteCount: number;
}

export interface FrameGrammar<Event, Reason extends string> {
  /** The first item of what is pending (never empty), or null when more bytes are needed. Pure. */
  readonly takeOne: (pending: Buffer) => Taken<Event | NoiseEvent<Reason>> | null;
  /** `takeOne` decides with fewer bytes than this, whatever they are. */
  readonly pendingBytesMax: number;
  /**
   * When the time of a frame is over, or nothing can complete it: `whole` – what is pending is noise; `firstByte` – its first byte is, and the rest is
   * read again, because a good frame may lie behind a damaged length.
   */
  readonly expires: 'whole' | 'firstByte';
  /** Reason of the bytes that expired. */
  readonly incomplete: Reason;
}

/** Bytes to frames by a protocol's grammar: total, incremental, resynchronising. Every byte is told once, in an event, or is still pending. */
export class FrameScanner<Event, Reason extends string> {
  readonly #grammar: FrameGrammar<Event, Reason>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(grammar: FrameGrammar<Event, Reason>) {
    this.#grammar = grammar;
  }

  get pendingByteCount(): number {
    return this.#pending.length;
  }

  /** Takes any chunk, in any cut; returns what it completes, in order. Never throws, never waits. The chunk may be reused by its owner. */
  push(chunk: Uint8Array): (Event | NoiseEvent<Reason>)[] {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    const events: (Event | NoiseEvent<Reason>)[] = [];
    this.#scan(events);
    assert(this.#pending.length < this.#grammar.pendingBytesMax, 'less than one frame stays pending');
    return events;
  }

  /** What is pending will not be completed. Nothing is pending afterwards. */
  expire(): (Event | NoiseEvent<Reason>)[] {
    const events: (Event | NoiseEvent<Reason>)[] = [];
    while (this.#pending.length > 0) {
      const byteCount = this.#grammar.expires === 'whole' ? this.#pending.length : 1;
      addEvent(events, { kind: 'noise', reason: this.#grammar.incomplete, byteCount });
      this.#pending = this.#pending.subarray(byteCount);
      this.#scan(events);
    }
    return events;
  }

  #scan(events: (Event | NoiseEvent<Reason>)[]): void {
    while (this.#pending.length > 0) {
      const taken = this.#grammar.takeOne(this.#pending);
      if (taken === null) return;
      assert(taken.byteCount > 0 && taken.byteCount <= this.#pending.length, 'an item takes bytes that are there');
      this.#pending = this.#pending.subarray(taken.byteCount);
      addEvent(events, taken.event);
    }
  }
}

function addEvent<Event, Reason extends string>(events: (Event | NoiseEvent<Reason>)[], event: Event | NoiseEvent<Reason>): void {
  const last = events.at(-1);
  if (isNoise(event) && isNoise(last) && last.reason === event.reason) events[events.length - 1] = { ...last, byteCount: last.byteCount + event.byteCount };
  else events.push(event);
}

function isNoise(event: unknown): event is NoiseEvent<string> {
  return (event as { readonly kind?: unknown } | undefined)?.kind === 'noise';
}

/** For grammars: noise of so many bytes. */
export function noise<Reason extends string>(reason: Reason, byteCount: number): Taken<NoiseEvent<Reason>> {
  return { event: { kind: 'noise', reason, byteCount }, byteCount };
}
