import { assert } from '../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';

/** Time that moves only when told to: the production code runs on it, deterministically and far faster than the world. */
export interface VirtualClock extends Clock {
  /** Runs every timer due within `ms`, in order of time, then stands at exactly now + `ms`. Promises settle before, between and after timers. */
  advance(ms: number): Promise<void>;
  /** Runs timer after timer until the predicate holds; false (and `limitMs` passed) when it never did. */
  runUntil(predicate: () => boolean, limitMs: number): Promise<boolean>;
  /** Timers set and neither fired nor cleared. */
  readonly pendingTimerCount: number;
  /** Moves the wall clock only, as NTP or an empty battery does; timers do not notice. */
  jumpWallClock(byMs: number): void;
}

interface Timer {
  readonly dueMs: number;
  /** Timers of the same instant fire in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
  heapIndex: number;
}

/** Reaching it means that something re-arms itself without letting time pass. */
const TIMERS_AT_ONE_INSTANT_MAX = 100_000;

/**
 * Lets every promise continue that can continue without the outside world.
 *
 * Proof that one tick is enough: Node runs the next-tick queue only when the microtask queue is empty, and a microtask queued by a
 * microtask still belongs to the same run. Called from a microtask (the clock awaits once before its first call), the callback comes after the
 * last of them. It costs well under a microsecond, where `setImmediate` costs a turn of the event loop.
 */
export function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Also lets the event loop turn, for code under test that does real input and output (sockets, worker pools). Not deterministic by itself. */
export async function settleEventLoop(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/**
 * @param startUtcMs  wall clock at the start; monotonic time starts at 0
 * @param settle      how promises are let go on between timers; `settleMicrotasks` unless the code under test does real I/O
 */
export function createVirtualClock(options: { readonly startUtcMs: number; readonly settle?: () => Promise<void> }): VirtualClock {
  return new HeapClock(options.startUtcMs, options.settle ?? settleMicrotasks);
}

class HeapClock implements VirtualClock {
  /** Binary heap, earliest first; a timer knows its place, so that clearing one is cheap (links clear nearly all of theirs). */
  readonly #heap: Timer[] = [];
  readonly #settle: () => Promise<void>;
  #wallOffsetMs: number;
  #nowMs = 0;
  #order = 0;
  #isRunning = false;

  constructor(startUtcMs: number, settle: () => Promise<void>) {
    this.#wallOffsetMs = startUtcMs;
    this.#settle = settle;
  }

  nowUtcMs(): number {
    return Math.floor(this.#wallOffsetMs + this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    assert(!Number.isNaN(delayMs) && delayMs !== Infinity, 'a timer needs a finite delay');
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback, heapIndex: this.#heap.length };
    this.#heap.push(timer);
    this.#siftUp(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer | null | undefined;
    if (timer === null || timer === undefined || this.#heap[timer.heapIndex] !== timer) return;
    this.#remove(timer);
  }

  get pendingTimerCount(): number {
    return this.#heap.length;
  }

  jumpWallClock(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  async advance(ms: number): Promise<void> {
    await this.#run(() => false, ms);
  }

  runUntil(predicate: () => boolean, limitMs: number): Promise<boolean> {
    return this.#run(predicate, limitMs);
  }

  async #run(isDone: () => boolean, limitMs: number): Promise<boolean> {
    assert(!this.#isRunning, 'a virtual clock is advanced by one caller at a time');
    assert(limitMs >= 0, 'time does not go back');
    this.#isRunning = true;
    try {
      const endMs = this.#nowMs + limitMs;
      let firedAtThisInstant = 0;
      await Promise.resolve(); // what the caller started before has its turn first
      await this.#settle();
      if (isDone()) return true;
      for (;;) {
        const next = this.#heap[0];
        if (next === undefined || next.dueMs > endMs) break;
        firedAtThisInstant = next.dueMs > this.#nowMs ? 0 : firedAtThisInstant + 1;
        assert(firedAtThisInstant < TIMERS_AT_ONE_INSTANT_MAX, 'timers re-arm themselves without letting time pass');
        this.#remove(next);
        this.#nowMs = next.dueMs;
        next.callback();
        await this.#settle();
        if (isDone()) return true;
      }
      this.#nowMs = endMs;
      return false;
    } finally {
      this.#isRunning = false;
    }
  }

  #remove(timer: Timer): void {
    const last = this.#heap.pop()!;
    const index = timer.heapIndex;
    timer.heapIndex = -1;
    if (last === timer) return;
    this.#heap[index] = last;
    last.heapIndex = index;
    this.#siftUp(last);
    this.#siftDown(last);
  }

  #siftUp(timer: Timer): void {
    let index = timer.heapIndex;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex]!;
      if (!isEarlier(timer, parent)) break;
      this.#heap[index] = parent;
      parent.heapIndex = index;
      index = parentIndex;
    }
    this.#heap[index] = timer;
    timer.heapIndex = index;
  }

  #siftDown(timer: Timer): void {
    let index = timer.heapIndex;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      if (left === undefined) break;
      const right = this.#heap[2 * index + 2];
      const child = right !== undefined && isEarlier(right, left) ? right : left;
      if (!isEarlier(child, timer)) break;
      const childIndex = child.heapIndex;
      this.#heap[index] = child;
      child.heapIndex = index;
      index = childIndex;
    }
    this.#heap[index] = timer;
    timer.heapIndex = index;
  }
}

function isEarlier(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
