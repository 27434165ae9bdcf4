import { ipcMain, type IpcMainEvent, type WebContents } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';
import { BRIDGE } from './bridge-channels.ts';
import type { CoreLink } from './core-link.ts';
import { createIntentRate } from './intent-rate.ts';

const INTENT_RATE = { burst: 20, perSecond: 10 };
const INTENT_CHARS_MAX = 16 * 1024;

export interface PageBridgeParts {
  readonly page: WebContents;
  readonly core: Pick<CoreLink, 'present' | 'sendIntent' | 'reportShown'>;
  readonly onPainted: (paintedUtcMs: number) => void;
  readonly onEvent: (event: string, fields: Record<string, string | number>) => void;
}

/** Carries the page's few messages to the core; takes them from the one page's main frame alone. */
export function bridgePage({ page, core, onPainted, onEvent }: PageBridgeParts): void {
  const rate = createIntentRate(INTENT_RATE);
  const isOurPage = (event: IpcMainEvent): boolean => event.sender === page && event.senderFrame === page.mainFrame && event.senderFrame?.url === `${APP_ORIGIN}/`;

  ipcMain.on(BRIDGE.ready, (event) => {
    if (isOurPage(event) && core.present() !== undefined) page.send(BRIDGE.screen, core.present());
  });
  ipcMain.on(BRIDGE.intent, (event, intent: unknown) => {
    if (!isOurPage(event)) return;
    if (!rate.take(performance.now())) return onEvent('shell.intent.tooMany', {});
    if (JSON.stringify(intent ?? null).length > INTENT_CHARS_MAX) return onEvent('shell.intent.tooLong', {});
    core.sendIntent(intent);
  });
  ipcMain.on(BRIDGE.shown, (event, revision: unknown) => {
    if (isOurPage(event) && typeof revision === 'number' && Number.isSafeInteger(revision) && revision >= 0) core.reportShown(revision);
  });
  ipcMain.on(BRIDGE.painted, (event, paintedUtcMs: unknown) => {
    if (isOurPage(event) && typeof paintedUtcMs === 'number') onPainted(paintedUtcMs);
  });
}
