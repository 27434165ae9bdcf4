const RETRY_MS = 700;

export interface LiveSocket {
  /** Dropped while there is no line. */
  send(message: unknown): boolean;
}

/** A line to the workbench's server that comes back by itself. */
export function openSocket(path: string, handlers: { readonly onMessage: (message: unknown) => void; readonly onClosed: () => void }): LiveSocket {
  let socket: WebSocket | null = null;
  const connect = () => {
    const opened = new WebSocket(`ws://${window.location.host}${path}`);
    socket = opened;
    opened.onmessage = (event: MessageEvent<string>) => handlers.onMessage(JSON.parse(event.data));
    opened.onclose = () => {
      handlers.onClosed();
      window.setTimeout(connect, RETRY_MS);
    };
  };
  connect();
  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
  };
}
