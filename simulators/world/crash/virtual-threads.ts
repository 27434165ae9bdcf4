import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunVirtual, VirtualOrder } from './virtual-runner.ts';
import type { VirtualVisitOutcome } from './virtual-visit.ts';

const PROGRAM = new URL('./virtual-thread.ts', import.meta.url);

export type FromVirtualThread = { readonly outcome: VirtualVisitOutcome } | { readonly problem: string };

/** Visits on several threads, each with an event loop and an XML engine of its own. Ends with `close`. */
export function createVirtualThreads(threadCount: number, folder: string): { readonly run: RunVirtual; close(): Promise<void> } {
  const workers = Array.from({ length: threadCount }, (_, index) => new Worker(PROGRAM, { workerData: { folder: join(folder, `thread-${index}`) } }));
  const idle = [...workers];
  const waiting: (() => void)[] = [];
  const take = async (): Promise<Worker> => {
    while (idle.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return idle.pop()!;
  };
  const run: RunVirtual = async (order) => {
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

function ask(worker: Worker, order: VirtualOrder): Promise<VirtualVisitOutcome> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      act();
    };
    const onMessage = (told: FromVirtualThread) => settle(() => ('outcome' in told ? resolve(told.outcome) : reject(new Error(told.problem))));
    const onError = (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error))));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(order);
  });
}
