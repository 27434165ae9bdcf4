import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceLimits } from 'node:worker_threads';
import { parentPort, Worker, workerData } from 'node:worker_threads';

type FromWorker<Answer> = { readonly answer: Answer } | { readonly problem: string };

export interface WorkerPool<Order, Answer> {
  /** Done by the next thread that is free; what a thread threw is thrown here, after `nameOf` the order. */
  readonly run: (order: Order) => Promise<Answer>;
  close(): Promise<void>;
}

export interface WorkerPoolOptions<Order> {
  readonly program: URL;
  readonly threadCount: number;
  /** Each thread has one of its own in it, which may be emptied. */
  readonly folder: string;
  readonly nameOf: (order: Order) => string;
  readonly resourceLimits?: ResourceLimits;
}

/** Threads of one program (`answerOrders`), each with an event loop and an XML engine of its own. Orders and answers are plain data. Ends with `close`. */
export function createWorkerPool<Order, Answer>({ program, threadCount, folder, nameOf, resourceLimits }: WorkerPoolOptions<Order>): WorkerPool<Order, Answer> {
  const workers = Array.from({ length: threadCount }, (_, index) => new Worker(program, { workerData: { folder: join(folder, `thread-${index}`) }, ...(resourceLimits === undefined ? {} : { resourceLimits }) }));
  const idle = [...workers];
  const waiting: (() => void)[] = [];
  const take = async (): Promise<Worker> => {
    while (idle.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return idle.pop()!;
  };
  const run = async (order: Order): Promise<Answer> => {
    const worker = await take();
    try {
      const told = await ask<Order, Answer>(worker, order);
      if ('problem' in told) throw new Error(`${nameOf(order)}: ${told.problem}`);
      return told.answer;
    } finally {
      idle.push(worker);
      waiting.shift()?.();
    }
  };
  return { run, close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))) };
}

function ask<Order, Answer>(worker: Worker, order: Order): Promise<FromWorker<Answer>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      act();
    };
    const onMessage = (told: FromWorker<Answer>) => settle(() => resolve(told));
    const onError = (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error))));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(order);
  });
}

/** The program of such a thread. @param createRun  is given the thread's folder */
export function answerOrders<Order, Answer>(createRun: (folder: string) => (order: Order) => Promise<Answer>): void {
  const { folder } = workerData as { readonly folder: string };
  mkdirSync(folder, { recursive: true });
  const run = createRun(folder);
  const tell = (told: FromWorker<Answer>) => parentPort?.postMessage(told);
  parentPort?.on('message', (order: Order) => {
    run(order).then((answer) => tell({ answer }), (error: unknown) => tell({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  });
}
