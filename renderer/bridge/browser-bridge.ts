import type { ShellBridge } from '../../main/contracts/core-socket.ts';

const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 4_000;

/** The same bridge over the workbench's WebSocket, for a machine without a display. The server says hello to the core. */
export function browserBridge(): ShellBridge {
  const listeners = new Set<(model: unknown) => void>();
  let socket: WebSocket | null = null;
  let retryMs = RETRY_MS_MIN;
  let last: unknown = null;
  const tell = (model: unknown) => {
    last = model;
    for (const listener of listeners) listener(model);
  };
  const connect = () => {
    const address = new URL('/screen', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const opened = new WebSocket(address);
    socket = opened;
    opened.onmessage = (event) => {
      retryMs = RETRY_MS_MIN;
      const message = JSON.parse(String(event.data)) as { readonly type: string; readonly model?: unknown };
      if (message.type === 'screen') tell(message.model);
    };
    opened.onclose = () => {
      tell(null);
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    };
  };
  connect();
  const send = (message: object) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  return {
    onScreen: (listener) => {
      listeners.add(listener);
      listener(last);
      return () => listeners.delete(listener);
    },
    sendIntent: (intent) => send({ type: 'intent', intent }),
    reportShown: (revision) => send({ type: 'shown', revision }),
  };
}
