import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { SimulatorLine } from '../simulator.ts';

export interface TcpLine extends SimulatorLine {
  /** `tcp://127.0.0.1:port`, with the port that was given. */
  readonly url: string;
  close(): Promise<void>;
}

/** A simulated service on loopback: one peer at a time, the newest one wins. @param port  0: any free one */
export async function openTcpLine(options: { readonly port: number }): Promise<TcpLine> {
  let listener: (chunk: Uint8Array) => void = () => {};
  let peer: Socket | undefined;
  let server: Server | undefined;
  let port = options.port;

  function accept(socket: Socket): void {
    peer?.destroy();
    peer = socket;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      if (peer === socket) listener(chunk);
    });
  }

  function listen(): Promise<void> {
    const started = createServer(accept);
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
    peer?.destroy();
    peer = undefined;
    server?.close();
    server = undefined;
  }

  await listen();
  return {
    url: `tcp://127.0.0.1:${port}`,
    write: (bytes) => void peer?.write(bytes),
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
