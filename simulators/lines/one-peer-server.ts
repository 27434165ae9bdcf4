import type { Server } from 'node:net';
import type { SimulatorLine } from '../simulator.ts';

export interface ServerLine extends SimulatorLine {
  /** The port that was given. */
  readonly port: number;
  close(): Promise<void>;
}

export interface OnePeerServer<Peer> {
  /** 0: any free one. */
  readonly port: number;
  /** A server that does not listen yet and hands over each peer. */
  readonly serve: (accept: (peer: Peer) => void) => Server;
  /** Tells whole chunks of a peer, and drops it on its own errors. */
  readonly hear: (peer: Peer, take: (chunk: Uint8Array) => void) => void;
  readonly send: (peer: Peer, bytes: Uint8Array) => void;
  readonly drop: (peer: Peer) => void;
}

/** A simulated service on loopback: one peer at a time, the newest one wins; without its cable nobody listens at the port. */
export async function openOnePeerServer<Peer>(options: OnePeerServer<Peer>): Promise<ServerLine> {
  const { serve, hear, send, drop } = options;
  let { port } = options;
  let listener: (chunk: Uint8Array) => void = () => {};
  let peer: Peer | undefined;
  let server: Server | undefined;

  function accept(newest: Peer): void {
    if (peer !== undefined) drop(peer);
    peer = newest;
    hear(newest, (chunk) => {
      if (peer === newest) listener(chunk);
    });
  }

  function listen(): Promise<void> {
    const started = serve(accept);
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
    if (peer !== undefined) drop(peer);
    peer = undefined;
    server?.close();
    server = undefined;
  }

  await listen();
  return {
    port,
    write: (bytes) => {
      if (peer !== undefined) send(peer, bytes);
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
