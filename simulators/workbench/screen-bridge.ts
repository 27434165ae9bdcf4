import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { CORE_SOCKET_MESSAGE_BYTES_MAX, CORE_SOCKET_PROTOCOL } from '../../main/contracts/core-socket.ts';
import { RUN_FILES } from '../../main/contracts/run-folder.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';

const RETRY_MS = 300;
/** A core that restarts is back before this: the customer sees the same screen, not a flash of "out of service". */
const ABSENCE_SHOWN_AFTER_MS = 1_500;
const NO_CORE = JSON.stringify({ type: 'screen', model: null });

/**
 * The browser's way to the core: says `hello` as `browser` with the token of the core's present start, carries its messages to the page as they are and the page's
 * `intent` and `shown` to the core. While there is no core the page gets `{ type: 'screen', model: null }`.
 */
export function bridgeScreen(page: WebSocket, options: { readonly runFolder: string; readonly clock: Clock }): void {
  const { runFolder, clock } = options;
  let core: WebSocket | null = null;
  let retryTimer: TimerHandle;
  let absenceTimer: TimerHandle | undefined;
  let isOver = false;

  const noteAbsence = () => {
    absenceTimer ??= clock.setTimeout(() => {
      if (page.readyState === WebSocket.OPEN) page.send(NO_CORE);
    }, ABSENCE_SHOWN_AFTER_MS);
  };
  const retry = () => {
    if (!isOver) retryTimer = clock.setTimeout(() => void connect(), RETRY_MS);
  };
  const connect = async () => {
    let token: string;
    try {
      // Read each time: every start of the core makes a new one.
      token = (await readFile(join(runFolder, RUN_FILES.coreToken), 'utf8')).trim();
    } catch {
      return retry();
    }
    if (isOver) return;
    const socket = new WebSocket(`ws+unix://${join(runFolder, RUN_FILES.coreSocket)}:/`, { maxPayload: CORE_SOCKET_MESSAGE_BYTES_MAX, perMessageDeflate: false });
    socket.on('open', () => {
      core = socket;
      socket.send(JSON.stringify({ type: 'hello', protocol: CORE_SOCKET_PROTOCOL, token, role: 'browser' }));
    });
    socket.on('message', (data) => {
      clock.clearTimeout(absenceTimer);
      absenceTimer = undefined;
      if (page.readyState === WebSocket.OPEN) page.send(String(data));
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      core = null;
      if (isOver) return;
      noteAbsence();
      retry();
    });
  };

  noteAbsence();
  void connect();
  page.on('message', (data) => {
    const text = String(data);
    if (isPageMessage(text)) core?.send(text);
  });
  page.on('close', () => {
    isOver = true;
    clock.clearTimeout(retryTimer);
    clock.clearTimeout(absenceTimer);
    core?.terminate();
  });
}

/** A page may speak as a customer, not say hello for somebody; what an intent holds is the core's matter. */
function isPageMessage(text: string): boolean {
  try {
    const message = JSON.parse(text) as { type?: unknown } | null;
    return message?.type === 'intent' || message?.type === 'shown';
  } catch {
    return false;
  }
}
