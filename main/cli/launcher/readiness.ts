import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';

/** When a started program can be used: as soon as it runs, when it has printed a line, when a file exists, when a Unix socket takes connections. */
export type ReadyWhen =
  | { readonly kind: 'started' }
  | { readonly kind: 'line'; readonly pattern: RegExp }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'socket'; readonly path: string };

const POLL_MS = 25;

/** Resolves when the file or socket is there; ends without result when `isWanted` turns false. */
export async function untilThere(readyWhen: Extract<ReadyWhen, { path: string }>, clock: Clock, isWanted: () => boolean): Promise<void> {
  while (isWanted()) {
    if (readyWhen.kind === 'file' ? await isFile(readyWhen.path) : await takesConnections(readyWhen.path)) return;
    await delay(clock, POLL_MS);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}

/** A socket file that a dead process left does not count. */
function takesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
