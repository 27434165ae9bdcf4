import { mkdirSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorldOrder } from './world-order.ts';
import { createWorldRunner } from './world-runner.ts';
import type { FromThread } from './world-threads.ts';

/** A thread of `world-threads.ts`: an order in, the figures of its world out. */
const { folder } = workerData as { readonly folder: string };
mkdirSync(folder, { recursive: true });
const run = createWorldRunner(folder);
const tell = (told: FromThread) => parentPort?.postMessage(told);

parentPort?.on('message', (order: WorldOrder) => {
  run(order).then((figures) => tell({ figures }), (error: unknown) => tell({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
});
