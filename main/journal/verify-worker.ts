import { parentPort, workerData } from 'node:worker_threads';
import type { VerifyShare } from './verify-parallel.ts';
import { verifyShare } from './verify-share.ts';

/** One thread of `verify-parallel.ts`. */
parentPort?.postMessage(verifyShare(workerData as VerifyShare));
