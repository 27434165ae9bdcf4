/**
 * All that the page has of the world: models in, intents out. Runs in the sandbox, in a world of its own; the page gets copies through the
 * bridge, never an object of ours.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { ShellBridge } from '../contracts/core-socket.ts';
import { BRIDGE } from './bridge-channels.ts';

/** The entry carries its own time: looking late does not falsify it. */
const PAINT_POLL_MS = 100;

const listeners = new Set<(model: unknown) => void>();
/** undefined until the shell has said anything. */
let present: unknown = undefined;

ipcRenderer.on(BRIDGE.screen, (_event, model: unknown) => {
  present = model;
  for (const listener of listeners) listener(model);
});

const bridge: ShellBridge = {
  onScreen(listener) {
    listeners.add(listener);
    if (present !== undefined) listener(present);
    return () => {
      listeners.delete(listener);
    };
  },
  sendIntent(intent) {
    ipcRenderer.send(BRIDGE.intent, intent);
  },
  reportShown(revision) {
    ipcRenderer.send(BRIDGE.shown, revision);
  },
};

contextBridge.exposeInMainWorld('qolma', bridge);
ipcRenderer.send(BRIDGE.ready);

/** When the first content came to the screen, for the start-up measurement; looked for until it is there. */
function reportFirstPaint(): void {
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  if (painted === undefined) return void setTimeout(reportFirstPaint, PAINT_POLL_MS);
  ipcRenderer.send(BRIDGE.painted, performance.timeOrigin + painted.startTime);
}
reportFirstPaint();
