import { createHash } from 'node:crypto';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Random } from '../../../main/foundation/random.ts';

/** Repeatable bytes: SHA-256 in counter mode. */
export function seededRandom(seed: number): Random {
  let counter = 0;
  return {
    bytes(byteCount) {
      const chunks: Buffer[] = [];
      for (let length = 0; length < byteCount; length += 32) chunks.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
      return Uint8Array.from(Buffer.concat(chunks).subarray(0, byteCount));
    },
  };
}

/** A clock that moves only when told; timers fire in order of their time. */
export interface HandClock extends Clock {
  advance(durationMs: number): void;
}

export function createHandClock(startUtcMs: number): HandClock {
  let nowMs = 0;
  let nextId = 1;
  const timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  return {
    nowUtcMs: () => startUtcMs + nowMs,
    monotonicMs: () => nowMs,
    setTimeout(callback, delayMs) {
      timers.set(nextId, { atMs: nowMs + Math.max(0, delayMs), callback });
      return nextId++;
    },
    clearTimeout: (handle: TimerHandle) => void timers.delete(handle as number),
    advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.atMs <= endMs).sort((a, b) => a[1].atMs - b[1].atMs || a[0] - b[0])[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        nowMs = due[1].atMs;
        due[1].callback();
      }
      nowMs = endMs;
    },
  };
}
