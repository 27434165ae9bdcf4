import { answerOrders } from '../worker-pool.ts';
import { createVirtualRunner } from './virtual-runner.ts';

/** A thread of `virtual-matrix.ts`: an order in, the outcome of its visit out. */
answerOrders(createVirtualRunner);
