import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { SimulatorLine } from '../simulator.ts';

export interface WebSocketLine extends SimulatorLine {
  /** `ws://127.0.0.1:port`, with the port that was given. */
  readonly url: string;
  close(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 1024 * 1024;

/** A simulated service on loopback: one chunk is one text message; one peer at a time, the newest one wins. @param port  0: any free one */
export async function openWebSocketLine(options: { readonly port: number }): Promise<WebSocketLine> {
  let listener: (chunk: Uint8Array) => void = () => {};
  let peer: WebSocket | undefined;
  let server: Server | undefined;
  let port = options.port;

  function accept(socket: WebSocket): void {
    peer?.terminate();
    peer = socket;
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      if (peer === socket) listener(Buffer.from(String(data), 'utf8'));
    });
  }

  function listen(): Promise<void> {
    const started = createServer();
    new WebSocketServer({ server: started, maxPayload: MESSAGE_BYTES_MAX }).on('connection', accept);
    server = started;
    return new Promise((resolve, reject) => {
      started.once('error', reject);
      started.listen(port, '127.0.0.1', () => {
        const address = started.address();
        if (address !== null && typeof address === 'object') port = address.port;
        resolve();
      });
    });
  }

  function unplug(): void {
    peer?.terminate();
    peer = undefined;
    server?.close();
    server = undefined;
  }

  await listen();
  return {
    url: `ws://127.0.0.1:${port}`,
    write(bytes) {
      if (peer?.readyState === WebSocket.OPEN) peer.send(Buffer.from(bytes).toString('utf8'));
    },
    onData: (newListener) => {
      listener = newListener;
    },
    unplug,
    plug: () => {
      if (server === undefined) void listen();
    },
    close: async () => unplug(),
  };
}
