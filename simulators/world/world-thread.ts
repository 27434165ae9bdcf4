import { answerOrders } from './worker-pool.ts';
import { createWorldRunner } from './world-runner.ts';

/** A thread of `simulation.ts`: an order in, the figures of its world out. */
answerOrders(createWorldRunner);
