import { mkdirSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { VirtualOrder } from './virtual-runner.ts';
import { createVirtualRunner } from './virtual-runner.ts';
import type { FromVirtualThread } from './virtual-threads.ts';

/** A thread of `virtual-threads.ts`: an order in, the outcome of its visit out. */
const { folder } = workerData as { readonly folder: string };
mkdirSync(folder, { recursive: true });
const run = createVirtualRunner(folder);
const tell = (told: FromVirtualThread) => parentPort?.postMessage(told);

parentPort?.on('message', (order: VirtualOrder) => {
  run(order).then((outcome) => tell({ outcome }), (error: unknown) => tell({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
});
