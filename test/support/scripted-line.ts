import type { Transport } from '../../drivers/transport/transport.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export interface Saying {
  readonly afterMs: number;
  readonly bytes: readonly number[];
}

export interface ScriptedLine {
  readonly clock: VirtualClock;
  readonly transport: Transport;
  settle<T>(promise: Promise<T>): Promise<T>;
}

/** A device that says what the test wants, where its simulator cannot. @param answer  to one chunk of the host, which is one frame */
export function createScriptedLine(answer: (chunk: Buffer) => readonly Saying[]): ScriptedLine {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6) });
  const { transport, line } = createMemoryLine({ name: 'memory', clock });
  line.onData((chunk) => {
    for (const { afterMs, bytes } of answer(Buffer.from(chunk))) clock.setTimeout(() => line.write(Uint8Array.from(bytes)), afterMs);
  });
  return { clock, transport, settle: (promise) => settled(promise, (isSettled) => clock.runUntil(isSettled, 400_000)) };
}

/** One after the other, as fast as a device says them. */
export function atOnce(...frames: readonly (readonly number[])[]): readonly Saying[] {
  return frames.map((bytes, index) => ({ afterMs: 10 * (index + 1), bytes }));
}
