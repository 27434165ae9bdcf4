import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorldFigures } from './simulated-world.ts';
import type { WorldOrder } from './world-order.ts';
import type { RunWorld } from './world-runner.ts';

const PROGRAM = new URL('./world-thread.ts', import.meta.url);

/** A session leaves much that is never used again: with the small default half of it is copied around before it is dropped. */
const YOUNG_MB = 64;

export type FromThread = { readonly figures: WorldFigures } | { readonly problem: string };

/** Worlds on several threads, each with an event loop and an XML engine of its own. Ends with `close`. */
export function createWorldThreads(threadCount: number, folder: string): { readonly run: RunWorld; close(): Promise<void> } {
  const workers = Array.from({ length: threadCount }, (_, index) => new Worker(PROGRAM, { workerData: { folder: join(folder, `thread-${index}`) }, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } }));
  const idle = [...workers];
  const waiting: (() => void)[] = [];
  const take = async (): Promise<Worker> => {
    while (idle.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return idle.pop()!;
  };
  const run = async (order: WorldOrder): Promise<WorldFigures> => {
    const worker = await take();
    try {
      return await ask(worker, order);
    } finally {
      idle.push(worker);
      waiting.shift()?.();
    }
  };
  return { run, close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))) };
}

function ask(worker: Worker, order: WorldOrder): Promise<WorldFigures> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      act();
    };
    const onMessage = (told: FromThread) => settle(() => ('figures' in told ? resolve(told.figures) : reject(new Error(`world ${order.seed}: ${told.problem}`))));
    const onError = (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error))));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(order);
  });
}
