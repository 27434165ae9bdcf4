import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { CORE_SOCKET_PROTOCOL, fromCoreSchema } from '../../contracts/core-socket.ts';
import type { Intent } from '../../contracts/intent.ts';
import { RUN_FILES } from '../../contracts/run-folder.ts';
import type { ScreenModel } from '../../contracts/screen-model.ts';

const WAIT_MS_MAX = 30_000;

/** A window without pixels: what a finger does, and when the next screen is there. */
export interface ScreenClient {
  model(): ScreenModel;
  /** @throws Error after 30 s */
  until(isWanted: (model: ScreenModel) => boolean): Promise<ScreenModel>;
  /** Sends an intent on the present screen. @returns ms until the core's next revision has arrived */
  touch(intent: DistributiveOmit<Intent, 'revision'>): Promise<number>;
  close(): void;
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** @throws Error when there is no core */
export async function connectScreen(runFolder: string): Promise<ScreenClient> {
  const socket = new WebSocket(`ws+unix://${join(runFolder, RUN_FILES.coreSocket)}:/`);
  let model: ScreenModel | null = null;
  const waiters = new Set<() => void>();
  let onDropped: (reason: string) => void = () => {};
  socket.on('message', (data) => {
    const message = fromCoreSchema.parse(JSON.parse(String(data)));
    if (message.type === 'dropped') return onDropped(message.reason);
    if (message.type === 'taken') return;
    model = message.model;
    for (const waiter of waiters) waiter();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const token = readFileSync(join(runFolder, RUN_FILES.coreToken), 'utf8');
  socket.send(JSON.stringify({ type: 'hello', protocol: CORE_SOCKET_PROTOCOL, token, role: 'script' }));

  const until = (isWanted: (model: ScreenModel) => boolean): Promise<ScreenModel> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.delete(look);
        reject(new Error(`the screen is ${model?.screen ?? 'none'} after ${WAIT_MS_MAX} ms`));
      }, WAIT_MS_MAX);
      const look = () => {
        if (model === null || !isWanted(model)) return;
        clearTimeout(timer);
        waiters.delete(look);
        resolve(model);
      };
      waiters.add(look);
      look();
    });
  await until(() => true);
  return {
    model: () => model!,
    until,
    touch: async (intent) => {
      const { revision } = model!;
      const startedMs = performance.now();
      socket.send(JSON.stringify({ type: 'intent', intent: { ...intent, revision } }));
      const dropped = new Promise<never>((_, reject) => {
        onDropped = (reason) => reject(new Error(`the touch was dropped: ${reason}`));
      });
      await Promise.race([until((next) => next.revision > revision), dropped]);
      return performance.now() - startedMs;
    },
    close: () => socket.terminate(),
  };
}
